// `session.fetch` is fetch, with a bearer.
import { describe, expect, vi } from 'vitest';
import { bearers, CHUNK, startOrigin } from './origin.js';
import { type Open, refreshTimes, releaseHeld, scenario } from './support.js';

/** A page signed in, and an API of another origin that the session allows beside the page's own. */
async function openWithApi(open: Open) {
  const api = await startOrigin();
  const { server, tab } = await open({ connectTo: [api.url] });
  const bearer = await tab.evaluate(async (api) => {
    const { accessToken } = await e2e.signIn('oauth', {
      allowedOrigins: [api, location.origin],
      // However long a slow machine takes while an answer is kept back.
      refreshTimeout: '10m',
    });
    return `Bearer ${accessToken}`;
  }, api.url);
  return { api, server, tab, bearer };
}

scenario('takes text, a URL, a Request, and URLs relative to the page', async ({ open }) => {
  const { server, tab } = await openWithApi(open);
  const statuses = await tab.evaluate(() => {
    const { fetch } = e2e.session;
    const forms = [
      `${location.origin}/api/me`,
      new URL('/api/me', location.href),
      new Request('/api/me'),
      '/api/me',
      '../api/me?relative',
      `//${location.host}/api/me#fragment`,
    ];
    return Promise.all(forms.map((form) => fetch(form).then(({ status }) => status)));
  });
  expect(statuses).toEqual(Array(6).fill(200));
  expect(server.stats().api).toMatchObject({ accepted: 6, rejected: 0 });
});

scenario('sends methods, headers and bodies as they are given, with the bearer', async ({ open }) => {
  const { api, tab, bearer } = await openWithApi(open);
  await tab.evaluate(async (url) => {
    const { fetch } = e2e.session;
    await fetch(`${url}/1`, { method: 'put', headers: { 'X-Mine': 'yes', accept: 'text/plain' }, body: 'hello' });
    await fetch(`${url}/2`, {
      method: 'PATCH',
      headers: [
        ['x-mine', 'a'],
        ['x-mine', 'b'],
      ],
      body: 'hello',
    });
    await fetch(`${url}/3`, { method: 'DELETE', headers: new Headers({ 'x-mine': 'yes' }) });
    await fetch(new Request(`${url}/4`, { method: 'POST', headers: { 'x-mine': 'old' }, body: 'old' }), {
      headers: { 'x-mine': 'new' },
    });
    await fetch(`${url}/5`, { method: 'HEAD' });
  }, api.url);
  expect(api.seen.map(({ method, path, body, headers }) => [method, path, headers['x-mine'], body])).toEqual([
    ['PUT', '/1', 'yes', 'hello'],
    ['PATCH', '/2', 'a, b', 'hello'],
    ['DELETE', '/3', 'yes', ''],
    ['POST', '/4', 'new', 'old'],
    ['HEAD', '/5', undefined, ''],
  ]);
  expect(api.seen[0]?.headers.accept).toBe('text/plain');
  expect(bearers(api)).toEqual(Array(5).fill(bearer));
});

scenario('answers and fails as plain fetch does', async ({ open }) => {
  const { api, tab } = await openWithApi(open);
  const both = await tab.evaluate(async (url) => {
    const tell = (send: typeof fetch, input: RequestInfo, init?: RequestInit) =>
      send(input, init).then(
        async (is) => [is.status, is.ok, is.type, is.redirected, is.url, await is.text()],
        ({ name }) => name,
      );
    const cases: [RequestInfo, RequestInit?][] = [
      ['/api/Identity/login', { method: 'POST', body: '{}' }],
      ['/nothing'],
      [`${url}/?to=/there`],
      [`${url}/?to=/there`, { redirect: 'error' }],
      [`${url}/?to=/there`, { redirect: 'manual' }],
      [url, { method: 'HEAD' }],
      [`http://user:secret@${location.host}/api/me`],
      ['http://'],
      ['/api/me', { method: 'TRACE' }],
      ['/api/me', { body: 'no body with GET' }],
    ];
    const told = [];
    for (const [input, init] of cases)
      told.push([await tell(fetch, input, init), await tell(e2e.session.fetch, input, init)]);
    return told;
  }, api.url);
  expect(both).toHaveLength(10);
  for (const [plain, ours] of both) expect(ours).toEqual(plain);
  expect(both.flat().filter((told) => told === 'TypeError')).toHaveLength(10);
});

scenario('hands over an answer while it arrives', async ({ open }) => {
  const { api, tab } = await openWithApi(open);
  const first = await tab.evaluate(async (url) => {
    const reader = (await e2e.session.fetch(`${url}/stream`)).body?.getReader();
    const decoder = new TextDecoder();
    const read = async (length: number) => {
      let text = '';
      while (text.length < length) text += decoder.decode((await reader?.read())?.value as Uint8Array<ArrayBuffer>);
      return text;
    };
    Object.assign(globalThis, { read });
    return read(8_192);
  }, api.url);
  expect(first).toBe('a'.repeat(CHUNK));
  api.release();
  const second = await tab.evaluate(() => (Reflect.get(globalThis, 'read') as (length: number) => string)(8_192));
  expect(second).toBe('b'.repeat(CHUNK));
});

describe('an AbortSignal', () => {
  scenario('that is aborted before keeps the request back', async ({ open }) => {
    const { api, tab } = await openWithApi(open);
    const outcomes = await tab.evaluate((url) => {
      const signal = AbortSignal.abort();
      const { fetch } = e2e.session;
      const calls = [fetch(url, { signal }), fetch(new Request(url, { signal })), fetch(new Request(url), { signal })];
      return Promise.all(calls.map((call) => e2e.outcome(call).then(({ name }) => name)));
    }, api.url);
    expect(outcomes).toEqual(Array(3).fill('AbortError'));
    expect(api.seen).toEqual([]);
  });

  scenario.for(['init', 'Request'] as const)('of the %s ends a request under way', async (of, { open }) => {
    const { api, tab } = await openWithApi(open);
    await tab.evaluate(
      (url, of) => {
        const controller = new AbortController();
        const init = { signal: controller.signal };
        const { fetch } = e2e.session;
        const call = of === 'init' ? fetch(url, init) : fetch(new Request(url, init));
        Object.assign(globalThis, { controller, outcome: e2e.outcome(call) });
      },
      `${api.url}/wait`,
      of,
    );
    await vi.waitUntil(() => api.seen.length === 1);
    const outcome = await tab.evaluate(() => {
      (Reflect.get(globalThis, 'controller') as AbortController).abort();
      return Reflect.get(globalThis, 'outcome') as ReturnType<typeof e2e.outcome>;
    });
    expect(outcome.name).toBe('AbortError');
    expect(api.seen).toHaveLength(1);
  });

  scenario('ends an answer that is being read', async ({ open }) => {
    const { api, tab } = await openWithApi(open);
    const outcome = await tab.evaluate(async (url) => {
      const controller = new AbortController();
      const response = await e2e.session.fetch(`${url}/stream`, { signal: controller.signal });
      const reading = e2e.outcome(response.text());
      controller.abort();
      return reading;
    }, api.url);
    expect(outcome.name).toBe('AbortError');
  });

  scenario('ends the wait for a token, and nothing is sent', async ({ open }) => {
    const { api, server, tab } = await openWithApi(open);
    server.set({ faults: { refresh: 'hold' } });
    api.refusals = 1;
    await tab.evaluate((url) => {
      const controller = new AbortController();
      const call = e2e.session.fetch(url, { signal: controller.signal });
      Object.assign(globalThis, { controller, outcome: e2e.outcome(call) });
    }, api.url);
    await vi.waitUntil(() => server.stats().held === 1);
    const outcome = await tab.evaluate(() => {
      (Reflect.get(globalThis, 'controller') as AbortController).abort();
      return Reflect.get(globalThis, 'outcome') as ReturnType<typeof e2e.outcome>;
    });
    expect(outcome.name).toBe('AbortError');
    await releaseHeld(server);
    await vi.waitUntil(() => tab.evaluate(() => e2e.session.snapshot.generation === 2));
    expect(api.seen).toHaveLength(1);
  });
});

scenario('may stand in the place of the global one: the session itself goes on with the real one', async ({ open }) => {
  const { api, server, tab } = await openWithApi(open);
  api.refusals = 1;
  const statuses = await tab.evaluate(async (url) => {
    globalThis.fetch = e2e.session.fetch;
    return [(await fetch('/api/me')).status, (await fetch(url)).status, e2e.session.snapshot.generation];
  }, api.url);
  expect(statuses).toEqual([200, 200, 2]);
  expect(refreshTimes(server)).toHaveLength(1);
  expect(api.seen).toHaveLength(2);
});

scenario('leaves a request alone that has its own Authorization, and every one after the end', async ({ open }) => {
  const { api, tab } = await openWithApi(open);
  await tab.evaluate(async (url) => {
    const { fetch } = e2e.session;
    const headers = { authorization: 'Basic mine' };
    await fetch(url, { headers });
    await fetch(new Request(url, { headers }));
    await e2e.session.signOut();
    await fetch(url);
  }, api.url);
  expect(bearers(api)).toEqual(['Basic mine', 'Basic mine', undefined]);
});
