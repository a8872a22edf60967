// The code that stands in docs/servers, run in Node against the servers that it is for.
import { onTestFinished } from 'vitest';
import type { Session } from '../../js/types.js';
import { run, snippetsOf } from '../docs/document.js';

/** What the code under a heading exports, with the server at `url` in the place of the one on the page. */
export async function fromPage<Exports>(page: string, heading: string, url: string): Promise<Exports> {
  const found = snippetsOf(`servers/${page}`).find(({ headings }) => headings.at(-1) === heading);
  if (!found) throw new Error(`${page} has no code under "${heading}"`);
  const { code } = found;
  const named = /https:\/\/(app|chat|forms)\.example\.com/g;
  if (!named.test(code) && /https:/.test(code)) throw new Error(`${page} names another server under "${heading}"`);
  return run<Exports>(code.replaceAll(named, url));
}

/** Stopped when the test ends. */
export function kept<Some extends Session>(session: Some): Some {
  onTestFinished(() => session.stop());
  return session;
}

/** The headings of a page that have code in TypeScript. */
export const headingsOf = (page: string) =>
  snippetsOf(`servers/${page}`).flatMap(({ headings, language }) => (language === 'ts' ? [headings.at(-1)] : []));

/** A browser keeps cookies, and Node does not. */
export function keepCookies() {
  const send = globalThis.fetch;
  const jar = new Map<string, string>();
  globalThis.fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('cookie', [...jar].map((cookie) => cookie.join('=')).join('; '));
    const response = await send(input, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    return response;
  };
  onTestFinished(() => {
    globalThis.fetch = send;
  });
}
