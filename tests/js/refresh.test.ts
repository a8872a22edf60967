import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Report } from '../../js/boundary.js';
import { RefreshRejected } from '../../js/errors.js';
import type { RefreshContext } from '../../js/options.js';
import { type Refresh, readTransport } from '../../js/refresh.js';
import { ofThrown } from '../../js/report.js';
import { thrownBy } from './double.js';
import { answering, breakingOff, localServer } from './server.js';

const server = localServer();
const date = 'Tue, 14 Nov 2023 22:13:20 GMT';
const dateMs = 1_700_000_000_000;

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** The report of one refresh, as it is before the loop gets it. */
function refreshBy(option: unknown, context: Partial<RefreshContext> = {}): Promise<Report> {
  const { refresh } = readTransport(option, new Map());
  const { signal } = new AbortController();
  const refreshed = async () => (refresh as Refresh)({ reason: 'due', signal, ...context });
  return refreshed().catch(ofThrown);
}

const at = (path = '/', more: object = {}) => ({ endpoint: server.origin + path, ...more });

describe('a function', () => {
  test('gets the refresh token, the reason and the signal', async () => {
    const refresh = vi.fn(() => 'new');
    const { signal } = new AbortController();
    await refreshBy(refresh, { refreshToken: 'held', reason: 'retry', signal });
    expect(refresh.mock.calls).toEqual([[{ refreshToken: 'held', reason: 'retry', signal }]]);
  });

  test.each<[unknown, unknown]>([
    ['a.b.c', { answer: 'a.b.c' }],
    ['', { answer: '' }],
    [null, { answer: null }],
    [{ accessToken: 'a', expiresIn: 60 }, { answer: { accessToken: 'a', expiresIn: 60 } }],
    [{ access_token: 'a', token: 'b' }, { answer: { access_token: 'a', token: 'b', accessToken: 'a' } }],
    [{ token: 'a' }, { answer: { token: 'a', accessToken: 'a' } }],
    [{}, { answer: {} }],
    [{ error: 'invalid_grant' }, { kind: 'http', status: 400, error: 'invalid_grant' }],
    [undefined, { kind: 'unreadable' }],
  ])('that returns %o', async (result, report) => {
    expect(await refreshBy(() => result)).toEqual(report);
    expect(await refreshBy(async () => result)).toEqual(report);
  });

  const hostile = {
    get status() {
      throw new Error('CANARY');
    },
  };
  const status = 503;
  test.each<[string, unknown, Report]>([
    ['RefreshRejected', new RefreshRejected('nobody'), { kind: 'rejected' }],
    ['one of that name', { name: 'RefreshRejected', status: 503 }, { kind: 'rejected' }],
    ['an error', new TypeError('CANARY'), { kind: 'thrown' }],
    ['nothing', undefined, { kind: 'thrown' }],
    ['text', 'CANARY', { kind: 'thrown' }],
    ['what cannot be looked at', hostile, { kind: 'thrown' }],
    ['a status', { status: 401 }, { kind: 'http', status: 401 }],
    ['a status of another sort', { status: 'CANARY' }, { kind: 'thrown' }],
    ['a status that is none', { status: 0 }, { kind: 'thrown' }],
    ['a status over all', { status: 600 }, { kind: 'thrown' }],
    ['an OAuth error', { status: 400, error: 'invalid_grant' }, { kind: 'http', status: 400, error: 'invalid_grant' }],
    [
      'an Axios error',
      {
        status: undefined,
        response: { status, data: { error: 'temporarily_unavailable' }, headers: { 'retry-after': '30' } },
      },
      { kind: 'http', status, error: 'temporarily_unavailable', retryAfter: 30 },
    ],
    [
      'an Axios error with its own headers',
      { response: { status, headers: { get: (name: string) => (name === 'retry-after' ? '30' : null) } } },
      { kind: 'http', status, retryAfter: 30 },
    ],
    [
      'a Response inside',
      { response: new Response('CANARY', { status, headers: { 'Retry-After': ' 30 ' } }) },
      { kind: 'http', status, retryAfter: 30 },
    ],
    ['an error that is no text', { status, error: { message: 'CANARY' } }, { kind: 'http', status }],
  ])('that throws %s', async (_, thrown, report) => {
    const throws = () => {
      throw thrown;
    };
    expect(await refreshBy(throws)).toEqual(report);
    expect(await refreshBy(async () => throws())).toEqual(report);
  });
});

describe('Retry-After', () => {
  const refusedWith = (headers: Record<string, string>) =>
    refreshBy(() => Promise.reject({ response: { status: 429, headers } }));
  test.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '120' }, 120],
    [{ 'retry-after': 'Tue, 14 Nov 2023 22:14:20 GMT', date }, 60],
    [{ 'retry-after': 'Tue, 14 Nov 2023 22:12:20 GMT', date }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{}, undefined],
  ])('%o', async (headers, retryAfter) => {
    expect(await refusedWith(headers)).toEqual({ kind: 'http', status: 429, retryAfter });
  });

  test('as a date without the server’s is on this device’s clock', async () => {
    vi.spyOn(Date, 'now').mockReturnValue(dateMs - 5_000);
    expect(await refusedWith({ 'retry-after': date })).toMatchObject({ retryAfter: 5 });
  });
});

describe('an endpoint', () => {
  test('is sent a POST that carries nothing', async () => {
    const send = vi.spyOn(globalThis, 'fetch');
    server.answer = answering({ access_token: 'one' }, 200, { date });
    expect(await refreshBy(at('/refresh?x=1'))).toMatchObject({ answer: { access_token: 'one' }, date: dateMs });
    expect(server.seen).toMatchObject([{ method: 'POST', url: '/refresh?x=1', body: '' }]);
    expect(server.seen[0]?.headers).not.toHaveProperty('authorization');
    expect(send.mock.calls[0]?.[1]).toMatchObject({
      credentials: 'same-origin',
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      signal: expect.any(AbortSignal),
    });
  });

  test('is sent what it is told to', async () => {
    const send = vi.spyOn(globalThis, 'fetch');
    const headers = { 'x-mine': 'yes' };
    const body = new URLSearchParams({ a: 'b' });
    await refreshBy(at('/', { method: 'PUT', credentials: 'include', headers, body }));
    expect(server.seen).toMatchObject([{ method: 'PUT', headers, body: 'a=b' }]);
    expect(send.mock.calls[0]?.[1]).toMatchObject({ credentials: 'include' });
  });

  test('is sent new headers each time', async () => {
    let calls = 0;
    const option = at('/', { headers: async () => new Headers({ 'x-csrf': `${++calls}` }) });
    await refreshBy(option);
    await refreshBy(option);
    expect(server.seen.map(({ headers }) => headers['x-csrf'])).toEqual(['1', '2']);
  });

  test('is sent nothing where its headers cannot be had', async () => {
    expect(await refreshBy(at('/', { headers: () => Promise.reject({ status: 401 }) }))).toEqual({ kind: 'network' });
    expect(server.seen).toEqual([]);
  });

  test('stays where it was at the start, whatever becomes of the page', async () => {
    vi.stubGlobal('location', { href: `${server.origin}/shop/` });
    const { refresh } = readTransport({ endpoint: 'refresh' }, new Map());
    vi.stubGlobal('location', { href: 'https://elsewhere.example' });
    vi.stubGlobal('fetch', () => {
      throw new Error('this is another');
    });
    const { signal } = new AbortController();
    expect(await refresh?.({ reason: 'due', signal })).toMatchObject({ answer: { access_token: 'one' } });
    expect(server.seen).toMatchObject([{ url: '/shop/refresh' }]);
  });

  const unreadable = { kind: 'unreadable', status: 200 };
  test.each<[string, unknown, unknown]>([
    ['RFC 6749', { access_token: 'a', expires_in: 60 }, { answer: { access_token: 'a', expires_in: 60 } }],
    ['an access token', { accessToken: 'a' }, { answer: { accessToken: 'a' } }],
    ['a token', { token: 'a' }, { answer: { token: 'a', accessToken: 'a' } }],
    ['a bare JWT', ' eyJh.eyJz-_.c2ln\n', { answer: 'eyJh.eyJz-_.c2ln' }],
    ['a JWT with padding', 'eyJh=.ey+z/w==.', { answer: 'eyJh=.ey+z/w==.' }],
    ['a JWT as JSON', '"a.b.c"', { answer: 'a.b.c' }],
    ['nobody', 'null', { answer: null }],
    ['an empty object', '{}', { answer: {} }],
    ['an error', { error: 'invalid_grant' }, { kind: 'http', status: 400, error: 'invalid_grant' }],
    ['an error of another sort', { error: { code: 7 } }, { answer: { error: { code: 7 } } }],
    ['a token beside an error', { error: '', token: 'a' }, { answer: { accessToken: 'a' } }],
    ['nothing', '', unreadable],
    ['HTML', '<!doctype html><title>a.b.c</title>', unreadable],
    ['half of a JSON text', '{"access_token":"a.b.c', unreadable],
    ['text', 'a.b', unreadable],
  ])('that answers %s', async (_, body, report) => {
    server.answer = answering(body);
    expect(await refreshBy(at())).toMatchObject(report as object);
  });

  test('that answers 204 knows of nobody', async () => {
    server.answer = answering('', 204);
    expect(await refreshBy(at())).toEqual({ answer: null });
  });

  test.each([401, 500, 404])('that answers %i', async (status) => {
    server.answer = answering({ error: 'invalid_grant' }, status, { 'retry-after': '7' });
    expect(await refreshBy(at())).toEqual({ kind: 'http', status, error: 'invalid_grant', retryAfter: 7 });
    server.answer = answering('<html>', status);
    expect(await refreshBy(at())).toEqual({ kind: 'http', status });
  });

  test('that breaks off, redirects or is not there is a broken connection', async () => {
    server.answer = breakingOff;
    expect(await refreshBy(at())).toEqual({ kind: 'network' });
    server.answer = answering('', 302, { location: '/elsewhere' });
    expect(await refreshBy(at())).toEqual({ kind: 'network' });
    expect(server.seen).toHaveLength(2);
    expect(await refreshBy({ endpoint: 'http://127.0.0.1:1' })).toEqual({ kind: 'network' });
  });

  test('is left when its signal is aborted', async () => {
    const controller = new AbortController();
    server.answer = () => controller.abort();
    expect(await refreshBy(at(), { signal: controller.signal })).toEqual({ kind: 'network' });
  });

  describe('with a reading of its own', () => {
    test('reads successes', async () => {
      const read = async (response: Response) => ({ accessToken: (await response.json()).data.jwt });
      server.answer = answering({ data: { jwt: 'a.b.c' } }, 200, { date });
      expect(await refreshBy(at('/', { read }))).toEqual({ answer: { accessToken: 'a.b.c' }, date: dateMs });
      expect(await refreshBy(at('/', { read: () => undefined }))).toEqual({ kind: 'unreadable' });
      expect(await refreshBy(at('/', { read: () => null }))).toEqual({ answer: null, date: dateMs });
    });

    test('may throw, and never sees what is no success', async () => {
      const read = vi.fn(() => {
        throw new RefreshRejected();
      });
      expect(await refreshBy(at('/', { read }))).toEqual({ kind: 'rejected' });
      server.answer = answering('', 500);
      expect(await refreshBy(at('/', { read }))).toEqual({ kind: 'http', status: 500 });
      expect(read).toHaveBeenCalledOnce();
    });
  });
});

describe('the refresh grant', () => {
  const grant = (more: object = {}) => ({ tokenEndpoint: `${server.origin}/token`, clientId: 'web app', ...more });

  test('is a form', async () => {
    server.answer = answering({ access_token: 'one', refresh_token: 'next' }, 200, { date });
    expect(await refreshBy(grant(), { refreshToken: 'held&' })).toMatchObject({
      answer: { access_token: 'one', refresh_token: 'next' },
      date: dateMs,
    });
    expect(server.seen).toMatchObject([
      {
        method: 'POST',
        url: '/token',
        headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' },
        body: 'grant_type=refresh_token&refresh_token=held%26&client_id=web+app',
      },
    ]);
  });

  test('takes a scope and more fields, none of which can stand in for its own', async () => {
    const extra = { resource: 'https://api.example.com', refresh_token: 'CANARY' };
    await refreshBy(grant({ scope: 'read write', extra }), { refreshToken: 'held' });
    expect(Object.fromEntries(new URLSearchParams(server.seen[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'held',
      client_id: 'web app',
      scope: 'read write',
      resource: 'https://api.example.com',
    });
  });

  test('answered with an error', async () => {
    server.answer = answering({ error: 'invalid_grant' }, 400);
    expect(await refreshBy(grant())).toEqual({ kind: 'http', status: 400, error: 'invalid_grant' });
    server.answer = answering({ error: 'temporarily_unavailable', access_token: '' });
    expect(await refreshBy(grant())).toEqual({ kind: 'http', status: 400, error: 'temporarily_unavailable' });
  });
});

describe('what cannot be', () => {
  const endpoint = 'https://app.example/refresh';
  const grant = { tokenEndpoint: 'https://id.example/token', clientId: 'web' };
  test.each<[string, unknown]>([
    ['refresh', undefined],
    ['refresh', null],
    ['refresh', true],
    ['refresh', 'CANARY'.repeat(5)],
    ['refresh', [() => 'a token']],
    ['refresh.endpoint', {}],
    ['refresh.endpoint', { endpoint: '' }],
    ['refresh.endpoint', { endpoint: '/relative' }],
    ['refresh.endpoint', { endpoint: 'ftp://app.example' }],
    ['refresh.endpoint', { endpoint: 5 }],
    ['refresh.endpoint', { endpoint: null }],
    ['refresh.method', { endpoint, method: '' }],
    ['refresh.method', { endpoint, method: null }],
    ['refresh.method', { endpoint, method: 'PO ST' }],
    ['refresh.credentials', { endpoint, credentials: true }],
    ['refresh.credentials', { endpoint, credentials: 'CANARY'.repeat(5) }],
    ['refresh.headers', { endpoint, headers: 'x' }],
    ['refresh.headers', { endpoint, headers: null }],
    ['refresh.headers', { endpoint, headers: { authorization: 'CANARY\n', 'not a name': 'CANARY' } }],
    ['refresh.read', { endpoint, read: 'data' }],
    ['refresh.tokenEndpoint', { clientId: 'web' }],
    ['refresh.tokenEndpoint', { ...grant, tokenEndpoint: 'id.example/token' }],
    ['refresh.clientId', { ...grant, clientId: '' }],
    ['refresh.clientId', { tokenEndpoint: grant.tokenEndpoint }],
    ['refresh.scope', { ...grant, scope: ['read'] }],
    ['refresh.extra', { ...grant, extra: 'a=b' }],
    ['refresh.extra', { ...grant, extra: ['CANARY'] }],
    ['refresh.extra', { ...grant, extra: { resource: 5 } }],
    ['refresh.revocationEndpoint', { ...grant, revocationEndpoint: '/revoke' }],
    ['refresh.revocationEndpoint', { ...grant, revocationEndpoint: null }],
  ])('%s (%o)', (option, given) => {
    const error = thrownBy(() => readTransport(given, new Map())) as Error;
    expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION', option });
    expect(error.message).toMatch(new RegExp(`^${option}: .* is not `));
    expect(error.message).not.toContain('CANARY');
  });

  test.each<[string, object, string]>([
    ['refresh.tokenEndpont', { tokenEndpont: '/token', clientId: 'web' }, 'did you mean "tokenEndpoint"?'],
    ['refresh.endpoint', { endpoint, ...grant }, 'known are tokenEndpoint'],
    ['refresh.endpont', { endpont: endpoint }, 'did you mean "endpoint"?'],
    ['refresh.reed', { endpoint, reed: () => null }, 'did you mean "read"?'],
  ])('%s is not an option', (option, given, hint) => {
    const error = thrownBy(() => readTransport(given, new Map()));
    expect(error).toMatchObject({ code: 'ERR_UNKNOWN_OPTION', option, message: expect.stringContaining(hint) });
  });
});
