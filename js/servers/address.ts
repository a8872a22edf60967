import { check } from '../errors.js';
import { isWeb, parse } from '../origins.js';

/** Where a server is, absolute and without a slash at its end; what is relative is so to the page. */
export function readBase(value: unknown, option: string): string {
  const text: unknown = Object(value).href ?? value;
  const url = typeof text === 'string' ? parse(text) : undefined;
  const isBase = url && isWeb(url) && !url.search && !url.hash && !url.username;
  check(isBase, option, value, 'an http or https URL without a query; a relative one needs a page to be relative to');
  return url.href.replace(/\/+$/, '');
}
