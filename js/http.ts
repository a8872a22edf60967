import type { Report } from './boundary.js';
import { check, invalidOption } from './errors.js';
import { isWeb, parse } from './origins.js';
import { ofRefusal } from './report.js';

/** The members of an option that describe a request. */
export const requestNames = ['endpoint', 'method', 'credentials', 'headers', 'body'] as const;

type RequestFields = Readonly<Record<string, unknown>>;

/** Where the session's own requests go, under the names of the options. */
export type Endpoints = Map<string, URL>;

/** Sends a request and makes a report of its answer; `read` gets those with a status of success. */
export type Exchange = (
  signal: AbortSignal,
  read: (response: Response) => Report | Promise<Report>,
  more?: { readonly bearer?: string | undefined; readonly form?: Record<string, string> },
) => Promise<Report>;

/** Reads `{ endpoint, method?, credentials?, headers?, body? }`. */
export function readRequest(
  fields: RequestFields,
  within: string,
  defaultMethod: string,
  endpoints: Endpoints,
): Exchange {
  const { endpoint, method = defaultMethod, credentials = 'same-origin', headers, body } = fields;
  const url = readUrl(endpoint, `${within}.endpoint`, endpoints);
  const isMethod = typeof method === 'string' && /^[a-z]+$/i.test(method);
  check(isMethod, `${within}.method`, method, 'an HTTP method such as "POST"');
  const known: unknown[] = ['omit', 'same-origin', 'include'];
  check(known.includes(credentials), `${within}.credentials`, credentials, 'one of "omit", "same-origin", "include"');
  checkHeaders(headers, `${within}.headers`);
  return createExchange(url, { method, credentials, headers, body });
}

/** An absolute http or https URL out of one that may be relative to the page. */
export function readUrl(value: unknown, option: string, endpoints: Endpoints): URL {
  const text: unknown = Object(value).href ?? value;
  const url = typeof text === 'string' && text ? parse(text, globalThis.location?.href) : undefined;
  check(url && isWeb(url), option, value, 'an http or https URL; outside a page an absolute one');
  endpoints.set(option, url);
  return url;
}

/** It follows no redirect, is not cached and tells no referrer. */
export function createExchange(url: URL, { method, credentials, headers, body }: RequestFields): Exchange {
  // Taken once, so that a page may put `session.fetch` in the global one's place.
  const send = globalThis.fetch;
  return async (signal, read, more = {}) => {
    let response: Response;
    try {
      const sent = new Headers(typeof headers === 'function' ? await headers() : headers);
      if (more.bearer) sent.set('authorization', `Bearer ${more.bearer}`);
      response = await send(url, {
        method,
        credentials,
        headers: sent,
        body: more.form ? new URLSearchParams(more.form) : body,
        redirect: 'error',
        cache: 'no-store',
        referrerPolicy: 'no-referrer',
        signal,
      } as RequestInit);
    } catch {
      return { kind: 'network' };
    }
    return response.ok ? read(response) : ofRefusal(response);
  };
}

/** Says where tokens would cross a network in the clear. */
export function warnOfPlainHttp(endpoints: Endpoints) {
  for (const [option, { protocol, hostname }] of endpoints) {
    if (protocol === 'http:' && !/^(127(\.\d+){3}|(.*\.)?localhost|\[::1\])$/.test(hostname))
      console.warn(
        `evertoken: ${option}: is plain http, so anybody on the way can read the tokens; use https (PLAIN_HTTP)`,
      );
  }
}

function checkHeaders(headers: unknown, option: string) {
  if (headers === undefined || typeof headers === 'function') return;
  try {
    new Headers(headers as HeadersInit);
  } catch {
    throw invalidOption(option, headers, 'headers as fetch takes them, or a function that makes them');
  }
}
