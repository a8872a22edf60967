// What is alike in the sign-ins of all servers, by those of two.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { signIn as toBetterForms } from '../../../js/servers/better-forms.js';
import { SignInFailed, signIn as toOpenWebUi } from '../../../js/servers/open-webui.js';
import { answering, breakingOff, localServer } from '../server.js';

const server = localServer();
const credentials = { email: 'ada@example.com', password: 'CANARY' };
const signIn = (options?: object) => toOpenWebUi({ url: server.origin }, credentials, options);
const failure = async (attempt: Promise<unknown> = signIn()): Promise<SignInFailed> =>
  attempt.then(
    () => expect.fail('it was a sign-in'),
    (error) => {
      expect(error).toBeInstanceOf(SignInFailed);
      expect(`${error.stack}${JSON.stringify(error)}`).not.toMatch(/CANARY|ada@example/);
      return error;
    },
  );

afterEach(() => vi.unstubAllGlobals());

describe('a failure by what was answered', () => {
  test.each([
    [400, 'refused'],
    [401, 'refused'],
    [403, 'refused'],
    [409, 'refused'],
    [422, 'refused'],
    [429, 'rate-limited'],
    [408, 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [404, 'unreadable'],
    [405, 'unreadable'],
  ])('%i is %s', async (status, kind) => {
    server.answer = answering({ detail: 'Something else is needed.' }, status);
    const said = kind === 'refused' ? { messages: ['Something else is needed.'] } : {};
    const error = await failure();
    expect(error).toMatchObject({ name: 'SignInFailed', kind, status, ...said });
    expect(error.message).toContain(String(status));
    expect('messages' in error).toBe(kind === 'refused');
  });

  test.each([
    ['HTML', '<!doctype html>'],
    ['no object', '[]'],
    ['half a JSON text', '{"token":'],
    ['nothing', ''],
    ['no token', '{}'],
    ['an empty token', '{"token":""}'],
    ['a token that is no string', '{"token":7}'],
  ])('200 with %s is unreadable', async (_, body) => {
    server.answer = answering(body);
    expect(await failure()).toMatchObject({ kind: 'unreadable', status: 200 });
  });

  test('a redirect is not followed with the password', async () => {
    server.answer = answering('', 307, { location: '/elsewhere' });
    expect(await failure()).toMatchObject({ kind: 'unavailable' });
    expect(server.seen).toHaveLength(1);
  });

  test('an answer that breaks off is a network fault', async () => {
    server.answer = breakingOff;
    expect(await failure()).toMatchObject({ kind: 'unavailable' });
  });

  test('so is a server that is not there', async () => {
    const error = await failure(toOpenWebUi({ url: 'http://127.0.0.1:1' }, credentials));
    expect(error).toMatchObject({ kind: 'unavailable' });
    expect('status' in error).toBe(false);
  });
});

describe('Retry-After', () => {
  test.each([
    ['seconds', '30', {}],
    ['a date on the server’s clock', 'Thu, 01 Jan 2026 00:00:30 GMT', { date: 'Thu, 01 Jan 2026 00:00:00 GMT' }],
  ])('%s', async (_, value, headers) => {
    server.answer = answering('Too many requests', 429, { 'retry-after': value, ...headers });
    const error = await failure();
    expect(error).toMatchObject({ kind: 'rate-limited', retryAfter: 30 });
    expect(error.message).toContain('try again in 30 s');
  });

  test('without one there is none', async () => {
    server.answer = answering('', 429);
    expect('retryAfter' in (await failure())).toBe(false);
  });
});

describe('the server’s words', () => {
  test('those that repeat the password are left out', async () => {
    server.answer = answering({ message: 'CANARY is too short' }, 400);
    const error = await failure(toBetterForms({ url: server.origin }, credentials));
    expect(error).toMatchObject({ kind: 'refused' });
    expect('messages' in error).toBe(false);
  });

  test('what is no text is left out', async () => {
    server.answer = answering({ detail: [{ msg: 'Field required', input: { password: 'CANARY' } }] }, 422);
    expect('messages' in (await failure())).toBe(false);
  });
});

test('it may be given up', async () => {
  const controller = new AbortController();
  server.answer = () => controller.abort(new Error('never mind'));
  await expect(signIn({ signal: controller.signal })).rejects.toThrow('never mind');
});

test('it goes out as JSON, is not cached and tells no referrer', async () => {
  const send = vi.fn(async () => Response.json({ token: 'opaque' }));
  vi.stubGlobal('fetch', send);
  await signIn();
  expect(send).toHaveBeenCalledExactlyOnceWith(`${server.origin}/api/v1/auths/signin`, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
    redirect: 'error',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    signal: null,
  });
});

describe('credentials that cannot be', () => {
  test.each<[code: string, option: string, given: unknown]>([
    ['ERR_INVALID_OPTION', 'credentials', undefined],
    ['ERR_INVALID_OPTION', 'credentials', 'ada:CANARY'],
    ['ERR_INVALID_OPTION', 'credentials.email', { password: 'CANARY' }],
    ['ERR_INVALID_OPTION', 'credentials.password', { email: 'a', password: 83_641_975 }],
    ['ERR_UNKNOWN_OPTION', 'credentials.login', { login: 'CANARY', password: 'CANARY' }],
  ])('%s of %s', async (code, option, given) => {
    const error = await toOpenWebUi({ url: server.origin }, given as typeof credentials).catch((error) => error);
    expect(error).toMatchObject({ name: 'EvertokenError', code, option });
    expect(error.message).not.toMatch(/CANARY|83641975/);
    expect(server.seen).toEqual([]);
  });
});
