// Who gets a token, and who does not: by the engine's own URL parser, and by what really reaches another server.
import { describe, expect } from 'vitest';
import { allowedOrigins, lookalikes, spellings } from '../../js/lookalikes.js';
import { bearers, type Origin, startOrigin } from './origin.js';
import { type Open, scenario } from './support.js';

describe('by its URL', () => {
  const verdicts = async (open: Open, urls: readonly string[]) => {
    const { tab } = await open();
    return tab.evaluate(
      async (allowedOrigins, urls) => {
        const { allows } = await e2e.signIn('oauth', { allowedOrigins });
        return Object.fromEntries(urls.map((url) => [url, allows(url)]));
      },
      allowedOrigins,
      urls,
    );
  };

  scenario('another spelling of an allowed origin is allowed, as it is the same one', async ({ open }) => {
    expect(await verdicts(open, spellings)).toEqual(Object.fromEntries(spellings.map((url) => [url, true])));
  });

  scenario('a lookalike is not', async ({ open }) => {
    expect(lookalikes.length).toBeGreaterThan(60);
    expect(await verdicts(open, lookalikes)).toEqual(Object.fromEntries(lookalikes.map((url) => [url, false])));
  });

  scenario("without a list only the page's own origin is allowed, however it is written", async ({ open }) => {
    const { server, tab } = await open();
    const { port } = new URL(server.url);
    const own = ['/x', '', '?x', '#x', '../..//x', `//127.0.0.1:${port}`, `\\\\127.0.0.1:${port}\\`, server.url].concat(
      ['127.1', '2130706433', '0x7f.1', '0177.0.0.01', '127.0.0.1.', 'evil.example@127.0.0.1'].map(
        (host) => `http://${host}:${port}/`,
      ),
    );
    const others = ['localhost', '127.0.0.2', '[::1]', '[::ffff:127.0.0.1]', '127.0.0.1.evil.example', '127.0.0.1@evil']
      .map((host) => `http://${host}:${port}/`)
      .concat(
        ['http://127.0.0.1/', `http://127.0.0.1:${port}0/`, `https://127.0.0.1:${port}/`, `ws://127.0.0.1:${port}/`],
        ['//evil.example', '/\\evil.example', '\\\\evil.example', '///evil.example', 'data:,x', 'about:blank'],
        [`blob:${server.url}/5c8a2c0e-7f0a-4f43-9d6e-0c9d1f1a2b3c`, `javascript:${server.url}`, 'http:///', 'http://'],
      );
    const allowed = await tab.evaluate(
      async (urls) => {
        const { allows } = await e2e.signIn('oauth');
        return urls.filter((url) => allows(url));
      },
      [...own, ...others],
    );
    expect(allowed).toEqual(own);
  });
});

describe('what is sent', () => {
  /** A page of a third origin, whose session allows the first of two. */
  const openBetween = async (open: Open) => {
    const [allowed, other] = await Promise.all([startOrigin(), startOrigin()]);
    const { server, tab } = await open({ connectTo: [allowed.url, other.url, 'http://localhost:*'] });
    const bearer = await tab.evaluate(
      async (allowed) => `Bearer ${(await e2e.signIn('oauth', { allowedOrigins: [allowed] })).accessToken}`,
      allowed.url,
    );
    const send = (url: string, form: 'text' | 'Request' = 'text') =>
      tab.evaluate(
        (url, form) =>
          e2e.outcome(e2e.session.fetch(form === 'text' ? url : new Request(url)).then(({ status }) => status)),
        url,
        form,
      );
    return { allowed, other, server, bearer, send };
  };

  scenario('carries the token to an allowed origin and to no other, not even under another name', async ({ open }) => {
    const { allowed, other, server, bearer, send } = await openBetween(open);
    const port = new URL(allowed.url).port;
    const urls = [allowed.url, other.url, `http://localhost:${port}/`, `http://127.1:${port}/`, server.url];
    for (const url of urls) expect(await send(url)).toEqual({ value: 200 });
    expect(bearers(allowed)).toEqual([bearer, undefined, bearer]);
    expect(bearers(other)).toEqual([undefined]);
  });

  scenario('is nothing where the URL holds user info', async ({ open }) => {
    const { allowed, send } = await openBetween(open);
    expect(await send(allowed.url.replace('//', '//evil.example@'))).toMatchObject({ name: 'TypeError' });
    expect(allowed.seen).toEqual([]);
  });

  /** A URL that leads over some to the last. */
  const redirect = (from: Origin, ...to: string[]) =>
    [from.url, ...to].reduceRight((next, hop) => `${hop}/?to=${encodeURIComponent(next)}`);

  scenario.for(['text', 'Request'] as const)(
    'loses the token at a redirect to another origin, and on the way back (%s)',
    async (form, { open }) => {
      const { allowed, other, bearer, send } = await openBetween(open);
      expect(await send(redirect(allowed, other.url, `${allowed.url}/back`), form)).toEqual({ value: 200 });
      expect(bearers(allowed)).toEqual([bearer, undefined]);
      expect(bearers(other)).toEqual([undefined]);
      expect(allowed.seen.at(-1)?.path).toBe('/back');
    },
  );

  scenario('keeps it at a redirect within the origin', async ({ open }) => {
    const { allowed, bearer, send } = await openBetween(open);
    expect(await send(redirect(allowed, allowed.url, `${allowed.url}/there`))).toEqual({ value: 200 });
    expect(bearers(allowed)).toEqual(Array(3).fill(bearer));
  });

  scenario('gains none at a redirect from another origin to an allowed one', async ({ open }) => {
    const { allowed, other, send } = await openBetween(open);
    expect(await send(redirect(other, `${allowed.url}/there`))).toEqual({ value: 200 });
    expect(bearers(allowed)).toEqual([undefined]);
  });
});
