import { Readable } from 'node:stream';
import axios, { type AxiosInstance, type CreateAxiosDefaults } from 'axios';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { attachSession } from '../../js/axios.js';
import { type Options, type RefreshFunction, type Session, startRefreshLoop } from '../../js/index.js';
import { answering, localServer, type Seen } from '../js/server.js';

const server = localServer();
let sessions: Session[] = [];

/** Whom the API lets in. */
let valid = 'one';
beforeEach(() => {
  valid = 'one';
  server.answer = (response, seen) => {
    const ok = seen.headers.authorization === `Bearer ${valid}`;
    answering({ welcome: ok }, ok ? 200 : 401, { 'content-type': 'application/json' })(response, seen);
  };
});
afterEach(() => {
  for (const session of sessions) session.stop();
  sessions = [];
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The API takes no other token from now on. */
const issue = (accessToken: string) => {
  valid = accessToken;
  return { accessToken };
};
const refresh = vi.fn<RefreshFunction>();
beforeEach(() => {
  refresh.mockReset().mockImplementation(() => issue('two'));
});

function deferred<Value>() {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

async function start(options: Partial<Options> = {}) {
  const shared = { refresh, tokens: { accessToken: 'one', expiresIn: 3600 }, allowedOrigins: [server.origin] };
  const session = await startRefreshLoop({ ...shared, ...options } as Options);
  sessions.push(session);
  return session;
}

const client = (config: CreateAxiosDefaults = {}) => axios.create({ baseURL: server.origin, ...config });

async function attached(options: Partial<Options> = {}, config: CreateAxiosDefaults = {}) {
  const api = client(config);
  const session = await start(options);
  return { api, session, detach: attachSession(api, session) };
}

const bearers = () => server.seen.map(({ headers }) => headers.authorization);
const status = (request: Promise<{ status: number }>) =>
  request.then(
    (response) => response.status,
    (error) => error.response?.status ?? error,
  );

/** Resolves when the server has seen so many requests; holds each answer until it is let go. */
function holding() {
  const held: (() => void)[] = [];
  const answer = server.answer;
  let seen: (() => void) | undefined;
  server.answer = (response, request) => {
    held.push(() => answer(response, request));
    seen?.();
  };
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      seen = () => server.seen.length >= count && resolve();
      seen();
    });
  return { until, release: () => held.splice(0).forEach((go) => void go()) };
}

describe('a bearer', () => {
  test('goes to allowed origins, by baseURL, by an absolute url and with params', async () => {
    const { api } = await attached();
    const elsewhere = server.origin.replace('127.0.0.1', 'localhost');
    await api.post('/items', { a: 1 }, { params: { page: 2 } });
    await api.get(`${server.origin}/absolute`, { baseURL: 'https://api.example.com' });
    expect(await status(api.get(`${elsewhere}/other`))).toBe(401);
    expect(await status(api.get('/other', { baseURL: elsewhere }))).toBe(401);
    expect(server.seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/items?page=2', 'Bearer one'],
      ['/absolute', 'Bearer one'],
      ['/other', undefined],
      ['/other', undefined],
    ]);
    expect(server.seen[0]?.body).toBe('{"a":1}');
    expect(refresh).not.toHaveBeenCalled();
  });

  test.each<[string, Parameters<AxiosInstance['get']>[1], string | undefined]>([
    ['an Authorization of its own', { headers: { AUTHORIZATION: 'Basic mine' } }, 'Basic mine'],
    ['none wanted', { headers: { Authorization: false } }, undefined],
    ['auth', { auth: { username: 'ada', password: 'x' } }, `Basic ${btoa('ada:x')}`],
    ['the mark', { evertoken: false }, undefined],
  ])('does not go with a request with %s, whose 401 is left alone', async (_, config, sent) => {
    const { api } = await attached();
    expect(await status(api.get('/', config))).toBe(401);
    expect(bearers()).toEqual([sent]);
    expect(refresh).not.toHaveBeenCalled();
  });

  test.each<[string, string, () => Partial<Options>]>([
    ['refresh', '/refresh?x', () => ({ refresh: { endpoint: `${server.origin}/refresh` } })],
    ['token', '/token', () => ({ refresh: { tokenEndpoint: `${server.origin}/token`, clientId: 'web' } })],
    ['sign-out', '/logout', () => ({ signOut: { endpoint: `${server.origin}/logout` } })],
  ])('does not go to the %s endpoint', async (_, path, options) => {
    const { api } = await attached(options());
    expect(await status(api.get(path))).toBe(401);
    expect(bearers()).toEqual([undefined]);
  });

  test('does not go after the end, where a 401 is left alone, nor once it is detached', async () => {
    const { api, session, detach } = await attached();
    await session.signOut();
    expect(await status(api.get('/'))).toBe(401);
    expect(bearers()).toEqual([undefined]);
    session.setTokens('one');
    expect(await status(api.get('/'))).toBe(200);
    detach();
    expect(await status(api.get('/'))).toBe(401);
    expect(refresh).not.toHaveBeenCalled();
  });

  test('is seen by no interceptor, whatever their order, and is in no config of an answer or an error', async () => {
    const api = client();
    const texts: string[] = [];
    const look = () => {
      api.interceptors.request.use((config) => {
        texts.push(JSON.stringify(config.headers));
        return config;
      });
      api.interceptors.response.use((response) => response.data);
    };
    const session = await start();
    const detach = attachSession(api, session);
    look();
    valid = 'two';
    expect(await api.get('/')).toEqual({ welcome: true });
    expect(bearers()).toEqual(['Bearer one', 'Bearer two']);
    expect(texts).toHaveLength(1);
    detach();
    attachSession(api, session);
    valid = 'three';
    refresh.mockImplementation(() => 'four');
    const error = await api.get('/').catch((it) => it);
    expect(error.response.status).toBe(401);
    expect(bearers().slice(2)).toEqual(['Bearer two', 'Bearer four']);
    expect(JSON.stringify([texts, error.config.headers, error.response.config.headers, error])).not.toContain('Bearer');
  });

  test('goes with a request that the caller sends again by its config', async () => {
    const { api } = await attached();
    const { config } = await api.post('/', { a: 1 });
    valid = 'two';
    const { config: again } = await api.request(config);
    await api.request(again);
    expect(bearers()).toEqual(['Bearer one', 'Bearer one', 'Bearer two', 'Bearer two']);
    expect(server.seen.map(({ body }) => body)).toEqual(Array(4).fill('{"a":1}'));
    expect(refresh).toHaveBeenCalledTimes(1);
  });
});

describe('a 401', () => {
  const form = () => {
    const data = new FormData();
    data.set('field', 'value');
    return data;
  };
  test.each<[string, unknown, string | RegExp]>([
    ['JSON', { a: [1] }, '{"a":[1]}'],
    ['text', 'hello', 'hello'],
    ['bytes', Buffer.from('hello'), 'hello'],
    ['parameters', new URLSearchParams({ a: 'b' }), 'a=b'],
    ['a form', form(), /name="field"\r\n\r\nvalue/],
  ])('makes one refresh and one replay (%s)', async (_, data, body) => {
    const { api } = await attached();
    valid = 'two';
    expect(await status(api.put('/', data))).toBe(200);
    expect(bearers()).toEqual(['Bearer one', 'Bearer two']);
    for (const seen of server.seen) expect(seen.body).toMatch(body);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  test.each(['http', 'fetch'] as const)('of many makes one refresh (%s)', async (adapter) => {
    const { api } = await attached({}, { adapter });
    const { until, release } = holding();
    valid = 'two';
    const requests = Array.from({ length: 10 }, () => status(api.get('/')));
    await until(10);
    release();
    await until(20);
    release();
    expect(await Promise.all(requests)).toEqual(Array(10).fill(200));
    expect(bearers()).toEqual([...Array(10).fill('Bearer one'), ...Array(10).fill('Bearer two')]);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  test('for a token that is no longer the current one makes none', async () => {
    const { api, session } = await attached();
    const { until, release } = holding();
    const request = status(api.get('/'));
    await until(1);
    await session.refresh();
    release();
    await until(2);
    release();
    expect(await request).toBe(200);
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  test('that comes again, or that the caller wants as an answer, is handed over', async () => {
    const { api } = await attached({}, { validateStatus: () => true });
    valid = 'two';
    expect((await api.get('/')).data).toEqual({ welcome: true });
    refresh.mockImplementation(() => 'three');
    valid = 'none';
    expect(await api.get('/')).toMatchObject({ status: 401, data: { welcome: false } });
    expect(bearers()).toEqual(['Bearer one', 'Bearer two', 'Bearer two', 'Bearer three']);
  });

  test('is the caller’s where the refresh fails, and after it ended the session', async () => {
    const { api, session } = await attached();
    valid = 'none';
    refresh.mockImplementation(() => null);
    expect(await status(api.get('/'))).toBe(401);
    expect(session.snapshot.status).toBe('ended');
    expect(bearers()).toEqual(['Bearer one']);
  });

  test('for a stream is not replayed, but the refresh is asked for', async () => {
    const { api, session } = await attached();
    valid = 'two';
    const refreshed = new Promise((resolve) => session.on('refreshed', resolve));
    expect(await status(api.post('/', Readable.from(['hello']), { maxRedirects: 0 }))).toBe(401);
    await refreshed;
    expect(server.seen).toMatchObject([{ body: 'hello' }]);
    expect(session.accessToken).toBe('two');
  });

  test('from where a redirect led is not the token’s fault', async () => {
    const { api } = await attached();
    const location = `${server.origin.replace('127.0.0.1', 'localhost')}/there`;
    server.answer = (response, seen) => answering('', seen.url === '/moved' ? 302 : 401, { location })(response, seen);
    expect(await status(api.get('/moved'))).toBe(401);
    expect(server.seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/moved', 'Bearer one'],
      ['/there', undefined],
    ]);
    expect(refresh).not.toHaveBeenCalled();
  });

  test.each([400, 403, 500])('is not %i', async (code) => {
    const { api } = await attached();
    server.answer = answering('', code);
    expect(await status(api.get('/'))).toBe(code);
    expect(refresh).not.toHaveBeenCalled();
    expect(server.seen).toHaveLength(1);
  });
});

describe('an abort', () => {
  test.each(['the token', 'the session', 'the refresh'])('ends the wait for %s as Axios does', async (what) => {
    const api = client();
    const waiting = deferred<string>();
    const asked = new Promise<void>((resolve) =>
      refresh.mockImplementation(() => {
        resolve();
        return waiting.promise;
      }),
    );
    const starting = start(what === 'the session' ? { tokens: null } : {});
    if (what === 'the token') {
      const session = await starting;
      session.setTokens({ accessToken: 'old', expiresIn: 0 });
    }
    attachSession(api, what === 'the session' ? starting : await starting);
    valid = 'two';
    const controller = new AbortController();
    const request = api.get('/', { signal: controller.signal }).catch((error) => error);
    await asked;
    controller.abort(new Error('enough'));
    const error = await request;
    expect(axios.isCancel(error)).toBe(true);
    expect(error).toMatchObject({ name: 'CanceledError', code: 'ERR_CANCELED' });
    expect(bearers()).toEqual(what === 'the refresh' ? ['Bearer one'] : []);
    waiting.resolve('two');
    await starting;
  });

  test('before the request, and while it is under way, is as it was', async () => {
    const { api } = await attached();
    await expect(api.get('/', { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'CanceledError' });
    const { until } = holding();
    const controller = new AbortController();
    const request = api.get('/', { signal: controller.signal });
    request.catch(() => {});
    await until(1);
    controller.abort();
    await expect(request).rejects.toMatchObject({ name: 'CanceledError' });
    expect(refresh).not.toHaveBeenCalled();
  });
});

describe('a session that is still starting', () => {
  test('is waited for', async () => {
    const api = client();
    const first = deferred<string>();
    refresh.mockImplementation(() => first.promise);
    attachSession(api, start({ tokens: null }));
    const requests = Promise.all([api.get('/'), api.get('/')]);
    const marked = api.get('/', { evertoken: false });
    expect(await status(marked)).toBe(401);
    expect(bearers()).toEqual([undefined]);
    first.resolve('one');
    await requests;
    expect(bearers()).toEqual([undefined, 'Bearer one', 'Bearer one']);
  });

  test('and cannot start, rejects the requests that would need it with the reason', async () => {
    const api = client();
    const failed = Promise.reject(new Error('no WebAssembly'));
    attachSession(api, failed);
    await expect(api.get('/')).rejects.toThrow('no WebAssembly');
    expect(await status(api.get('/', { evertoken: false }))).toBe(401);
  });
});

describe('a refresh function that asks through the same instance', () => {
  /** The endpoint behind it, which knows the person whatever the bearer. */
  beforeEach(() => {
    const api = server.answer;
    server.answer = (response, seen) =>
      seen.url.startsWith('/auth') ? answering(issue('two'))(response, seen) : api(response, seen);
  });
  const sent = () => server.seen.map(({ url, headers }: Seen) => [url, headers.authorization]);

  test('marked, waits for nothing: at the start and after a 401', async () => {
    const api = client();
    const ask: RefreshFunction = async ({ signal }) => (await api.post('/auth', {}, { signal, evertoken: false })).data;
    const session = start({ tokens: null, refresh: ask });
    attachSession(api, session);
    await api.get('/');
    valid = 'three';
    await api.get('/');
    expect(sent()).toEqual([
      ['/auth', undefined],
      ['/', 'Bearer two'],
      ['/', 'Bearer two'],
      ['/auth', undefined],
      ['/', 'Bearer two'],
    ]);
  });

  test('unmarked, is known by the call itself, and later by its signal', async () => {
    const api = client();
    const session = await start({
      refresh: async ({ signal }) => {
        await api.get('/auth/csrf', { signal });
        return (await api.post('/auth', {}, { signal })).data;
      },
    });
    attachSession(api, session);
    valid = 'two';
    await api.get('/');
    session.setTokens({ accessToken: 'old', expiresIn: 0 });
    await api.get('/');
    expect(sent()).toEqual([
      ['/', 'Bearer one'],
      ['/auth/csrf', undefined],
      ['/auth', undefined],
      ['/', 'Bearer two'],
      ['/auth/csrf', undefined],
      ['/auth', undefined],
      ['/', 'Bearer two'],
    ]);
  });

  test('unmarked, is told of it where it makes the start wait, and does not wait for ever', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const api = client({ adapter: 'fetch' });
    const asked = deferred<void>();
    const starting = start({
      tokens: null,
      refresh: async () => {
        const answer = api.post('/auth');
        asked.resolve(undefined);
        return (await answer).data;
      },
    });
    attachSession(api, starting);
    await asked.promise;
    await vi.advanceTimersByTimeAsync(4_999);
    expect(server.seen).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    const session = await starting;
    expect(session.accessToken).toBe('two');
    expect(sent()).toEqual([['/auth', undefined]]);
    expect(warn.mock.calls).toEqual([[expect.stringContaining('{ evertoken: false }')]]);
  });
});
