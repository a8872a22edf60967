// A 401 of the API: one refresh for all, one replay each, and no more.
import { describe, expect } from 'vitest';
import type { Options } from '../../../js/types.js';
import { bearers, startOrigin } from './origin.js';
import { type By, type Open, refreshTimes, scenario } from './support.js';

const TRANSPORTS = ['cookie', 'oauth'] as const;

/** A page signed in, and an API of another origin that the session allows. */
async function openWithApi(open: Open, by: By = 'oauth', options: Partial<Options> = {}, clock = false) {
  const api = await startOrigin();
  const { server, tab } = await open({ connectTo: [api.url], clock });
  await tab.evaluate((by, options) => e2e.signIn(by, options).then(() => {}), by, {
    allowedOrigins: [api.url],
    ...options,
  });
  const before = refreshTimes(server).length;
  return { api, server, tab, refreshes: () => refreshTimes(server).length - before };
}

scenario.for(TRANSPORTS)('by %s, ten calls that fail make one refresh and ten replays', async (by, { open }) => {
  const { api, tab, refreshes } = await openWithApi(open, by);
  api.refusesFirst = true;
  const statuses = await tab.evaluate(
    (url) =>
      Promise.all(Array.from({ length: 10 }, (_, call) => e2e.session.fetch(`${url}/${call}`).then((is) => is.status))),
    api.url,
  );
  expect(statuses).toEqual(Array(10).fill(200));
  expect(refreshes()).toBe(1);
  expect(api.seen.map(({ path }) => path).sort()).toEqual(
    Array.from({ length: 20 }, (_, index) => `/${Math.floor(index / 2)}`),
  );
  const [old, ...more] = new Set(bearers(api));
  expect(bearers(api).filter((bearer) => bearer === old)).toHaveLength(10);
  expect(more).toHaveLength(1);
});

scenario('a 401 for a token that has been replaced since makes no second refresh', async ({ open }) => {
  const { api, tab, refreshes } = await openWithApi(open);
  api.refusals = 1;
  const statuses = await tab.evaluate(async (url) => {
    const token = e2e.session.accessToken;
    const first = await e2e.session.fetch(url);
    // As a call does that was under way since before the refresh.
    const late = await e2e.session.refresh({ failedToken: token as string });
    return [first.status, late === e2e.session.accessToken];
  }, api.url);
  expect(statuses).toEqual([200, true]);
  expect(refreshes()).toBe(1);
});

scenario.for(TRANSPORTS)('by %s, a second 401 is the caller’s, and there is no third request', async (by, { open }) => {
  const { api, tab, refreshes } = await openWithApi(open, by);
  api.refusals = 3;
  const answer = await tab.evaluate(async (url) => {
    const response = await e2e.session.fetch(url);
    return [response.status, await response.text(), e2e.session.snapshot.status];
  }, api.url);
  expect(answer).toEqual([401, 'who are you?', 'active']);
  expect(api.refusals).toBe(1);
  expect(new Set(bearers(api)).size).toBe(2);
  expect(refreshes()).toBe(1);
});

scenario(
  'where the refresh fails, the first 401 is the caller’s, to be read, and the token is kept',
  async ({ open }) => {
    const { api, server, tab, refreshes } = await openWithApi(open, 'oauth', {}, true);
    server.set({ faults: { refresh: '500' } });
    api.refusals = 1;
    const answer = await tab.evaluate(async (url) => {
      const token = e2e.session.accessToken;
      let answer: Response | undefined;
      e2e.session.fetch(url).then((response) => {
        answer = response;
      });
      // The call waits for the next try, which is in a while.
      for (await clock.run(0); !answer; ) await clock.run(1_000);
      return [answer.status, await answer.text(), e2e.session.accessToken === token, e2e.session.snapshot.lastFailure];
    }, api.url);
    expect(answer).toEqual([401, 'who are you?', true, expect.objectContaining({ kind: 'http', status: 500 })]);
    expect(api.seen).toHaveLength(1);
    expect(refreshes()).toBeGreaterThan(0);
  },
);

describe('a request with a body', () => {
  scenario.for([
    ['text', 'hello', 'text/plain;charset=UTF-8'],
    ['bytes', 'hello', undefined],
    ['a blob', 'hello', 'text/x-mine'],
    ['parameters', 'a=b+c', 'application/x-www-form-urlencoded;charset=UTF-8'],
    [
      'a form',
      /name="field"\r\n\r\nvalue\r\n[\s\S]*filename="a.txt"[\s\S]*\r\n\r\nhello\r\n/,
      /^multipart\/form-data; boundary=/,
    ],
    ['a Request', 'hello', 'text/x-mine'],
    ['a Request and init', 'hello', 'text/x-mine'],
  ] as const)('(%s) is sent again whole', async ([form, body, type], { open }) => {
    const { api, tab, refreshes } = await openWithApi(open);
    api.refusals = 1;
    const status = await tab.evaluate(
      async (url, form) => {
        const post = (body: BodyInit) => e2e.session.fetch(url, { method: 'POST', body });
        const mine = { 'content-type': 'text/x-mine' };
        const data = new FormData();
        data.set('field', 'value');
        data.set('file', new File(['hello'], 'a.txt'));
        const request = new Request(url, { method: 'POST', body: 'hello', headers: mine });
        const send = {
          text: () => post('hello'),
          bytes: () => post(new TextEncoder().encode('hello')),
          'a blob': () => post(new Blob(['hello'], { type: 'text/x-mine' })),
          parameters: () => post(new URLSearchParams({ a: 'b c' })),
          'a form': () => post(data),
          'a Request': () => e2e.session.fetch(request),
          'a Request and init': () =>
            e2e.session.fetch(new Request(url, { method: 'POST', body: 'old' }), { body: 'hello', headers: mine }),
        };
        return (await send[form]()).status;
      },
      api.url,
      form,
    );
    expect(status).toBe(200);
    expect(api.seen).toHaveLength(2);
    expect(refreshes()).toBe(1);
    for (const { method, headers, ...seen } of api.seen) {
      expect(method).toBe('POST');
      expect(seen.body).toEqual(typeof body === 'string' ? body : expect.stringMatching(body));
      expect(headers['content-type']).toEqual(type instanceof RegExp ? expect.stringMatching(type) : type);
    }
  });

  // A stream can be read once. No browser sends one over HTTP/1.1: it refuses, or sends its name instead.
  scenario.for(['a stream', 'an async iterable'] as const)(
    '(%s) goes as plain fetch sends it and never again; a 401 to it makes a refresh all the same',
    async (form, { open }) => {
      const { api, tab, refreshes } = await openWithApi(open);
      api.refusals = 2;
      const send = (through: 'fetch' | 'session') =>
        tab.evaluate(
          (url, form, through) => {
            const iterable = (async function* () {
              yield new TextEncoder().encode('hello');
            })();
            const body = form === 'a stream' ? new Blob(['hello']).stream() : (iterable as unknown as BodyInit);
            const init = { method: 'POST', body, duplex: 'half' };
            const answer = through === 'fetch' ? fetch(url, init) : e2e.session.fetch(url, init);
            return e2e.outcome(answer.then(({ status }) => status)).then(({ value, name }) => ({ value, name }));
          },
          api.url,
          form,
          through,
        );
      const plain = await send('fetch');
      const sent = api.seen.length;
      expect(await send('session')).toEqual(plain);
      expect(api.seen).toHaveLength(2 * sent);
      expect(api.seen[1]?.body).toBe(api.seen[0]?.body);
      expect(plain).toEqual(
        sent === 0 ? { name: expect.stringMatching(/^(Type|NotSupported)Error$/) } : { value: 401 },
      );
      await expect.poll(refreshes).toBe(sent);
    },
  );
});

describe('a 401 of an origin that is not allowed', () => {
  scenario('does nothing', async ({ open }) => {
    const elsewhere = await startOrigin();
    const { server, tab } = await open({ connectTo: [elsewhere.url] });
    await tab.evaluate(() => e2e.signIn('oauth').then(() => {}));
    elsewhere.refusals = 2;
    expect(await tab.evaluate((url) => e2e.session.fetch(url).then(({ status }) => status), elsewhere.url)).toBe(401);
    expect(bearers(elsewhere)).toEqual([undefined]);
    expect(refreshTimes(server)).toEqual([]);
  });

  scenario('does nothing either where a redirect has led there', async ({ open }) => {
    const [api, elsewhere] = await Promise.all([startOrigin(), startOrigin()]);
    const { server, tab } = await open({ connectTo: [api.url, elsewhere.url] });
    elsewhere.refusals = 2;
    const status = await tab.evaluate(
      async (api, elsewhere) => {
        const session = await e2e.signIn('oauth', { allowedOrigins: [api] });
        return (await session.fetch(`${api}/?to=${encodeURIComponent(elsewhere)}`)).status;
      },
      api.url,
      elsewhere.url,
    );
    expect(status).toBe(401);
    expect(api.seen).toHaveLength(1);
    expect(elsewhere.seen).toHaveLength(1);
    expect(refreshTimes(server)).toEqual([]);
  });
});
