import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type SignOutFunction, startRefreshLoop } from '../../../js/index.js';
import { type LightNapRejected, type LightNapSettings, lightnap, signIn } from '../../../js/servers/lightnap.js';
import { thrownBy } from '../double.js';
import { answering, localServer } from '../server.js';

const server = localServer();
const url = 'https://api.example.com';
const credentials = { login: 'ada', password: 'demo' };

afterEach(() => vi.unstubAllGlobals());

/** A session at the server, after its first attempt. */
async function start(settings: Partial<LightNapSettings> = {}) {
  const session = await startRefreshLoop(lightnap({ url: server.origin, ...settings }));
  onTestFinished(() => session.stop());
  return session;
}

test('a back end is refreshed by its cookie', () => {
  expect(lightnap({ url })).toEqual({
    refresh: {
      endpoint: `${url}/api/Identity/access-token`,
      method: 'GET',
      credentials: 'include',
      read: expect.any(Function),
    },
    signOut: expect.any(Function),
    allowedOrigins: [url],
  });
});

test('what an administrator has set is expected', () => {
  expect(lightnap({ url, issuer: 'https://a', audience: 'https://b', expirationMinutes: 20 })).toMatchObject({
    expectedIssuer: 'https://a',
    expectedAudience: 'https://b',
  });
});

test('one that serves the page too is /', () => {
  vi.stubGlobal('location', new URL('https://app.example.com/somewhere'));
  expect(lightnap({ url: '/' })).toMatchObject({
    refresh: { endpoint: 'https://app.example.com/api/Identity/access-token' },
    allowedOrigins: ['https://app.example.com'],
  });
});

describe('what a refresh is answered', () => {
  test('a token', async () => {
    server.answer = answering({ type: 'Success', result: 'opaque' });
    expect((await start()).accessToken).toBe('opaque');
    expect(server.seen).toMatchObject([{ method: 'GET', url: '/api/Identity/access-token', body: '' }]);
  });

  test('an empty result: nobody is signed in, and that is no error', async () => {
    server.answer = answering({ type: 'Success', result: '' });
    const onRejected = vi.fn();
    const { snapshot } = await start({ onRejected });
    expect(snapshot).toMatchObject({ status: 'ended', reason: 'signed-out' });
    expect(onRejected).not.toHaveBeenCalled();
  });

  test('an error with the status 200: a rejection, with the server’s words in it', async () => {
    server.answer = answering({ type: 'Error', errorMessages: ['This account is locked.', 'Ask for help.'] });
    const onRejected = vi.fn<(error: LightNapRejected) => void>();
    const { snapshot } = await start({ onRejected });
    expect(snapshot).toMatchObject({ status: 'ended' });
    const [[error] = []] = onRejected.mock.calls;
    expect(error).toMatchObject({
      name: 'RefreshRejected',
      message: 'the server refused the refresh: This account is locked. Ask for help.',
      messages: ['This account is locked.', 'Ask for help.'],
    });
  });

  test('a passing fault: an exception in the back end, also with the status 200', async () => {
    server.answer = answering({ type: 'UnexpectedError', errorMessages: ['Internal Server Error'] });
    const onRejected = vi.fn();
    const { snapshot } = await start({ onRejected });
    expect(snapshot).toMatchObject({ refresh: 'waiting', lastFailure: { kind: 'http', status: 500 } });
    expect(snapshot.status).not.toBe('ended');
    expect(onRejected).not.toHaveBeenCalled();
  });

  test('a passing fault: a rate limit, whose Retry-After is waited for', async () => {
    server.answer = answering('Too many requests', 429, { 'retry-after': '90' });
    const before = Date.now() / 1000;
    const { snapshot } = await start();
    expect(snapshot).toMatchObject({ refresh: 'waiting', lastFailure: { kind: 'http', status: 429 } });
    expect(snapshot.retryAt).toBeGreaterThanOrEqual(before + 90);
  });

  test.each([
    ['HTML', '<!doctype html>'],
    ['a success without a result', '{"type":"Success"}'],
    ['a result that is no text', '{"type":"Success","result":{}}'],
    ['another shape', '{"accessToken":"opaque"}'],
  ])('a passing fault: %s', async (_, body) => {
    server.answer = answering(body);
    const { snapshot } = await start();
    expect(snapshot).toMatchObject({ refresh: 'waiting', lastFailure: { kind: 'unreadable' } });
  });
});

describe('the sign-out', () => {
  const tell = () => {
    const signOut = lightnap({ url: server.origin }).signOut as SignOutFunction;
    return signOut({ signal: new AbortController().signal, reason: 'signed-out' });
  };

  test('is a GET', async () => {
    server.answer = answering({ type: 'Success', result: true });
    await tell();
    expect(server.seen).toMatchObject([{ method: 'GET', url: '/api/Identity/logout' }]);
  });

  test('has failed when the back end says so with the status 200', async () => {
    server.answer = answering({ type: 'UnexpectedError', errorMessages: ['Internal Server Error'] });
    await expect(tell()).rejects.toMatchObject({ status: 500 });
  });

  test('has failed with any other status, and says when to try again', async () => {
    server.answer = answering('Too many requests', 429, { 'retry-after': '7' });
    const session = await start();
    const failed = vi.fn();
    session.on('signoutfailed', failed);
    session.setTokens('opaque');
    const before = Date.now() / 1000;
    await session.signOut();
    expect(failed).toHaveBeenCalledExactlyOnceWith({ status: 429, attempt: 1, retryAt: expect.any(Number) });
    expect(failed.mock.calls[0]?.[0].retryAt).toBeGreaterThanOrEqual(before + 7);
  });
});

describe('signIn', () => {
  const at = (more = {}) => signIn({ url: server.origin }, { ...credentials, ...more });

  test('brings the token', async () => {
    server.answer = answering({ type: 'Success', result: { type: 'AccessToken', accessToken: 'opaque' } });
    expect(await at()).toEqual({ tokens: { accessToken: 'opaque' } });
    expect(server.seen).toMatchObject([{ method: 'POST', url: '/api/Identity/login' }]);
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({
      ...credentials,
      rememberMe: false,
      deviceDetails: navigator.userAgent,
    });
  });

  test('tells of the device and the wish to stay', async () => {
    server.answer = answering({ type: 'Success', result: { type: 'AccessToken', accessToken: 'opaque' } });
    await at({ rememberMe: true, deviceDetails: 'the kiosk' });
    expect(JSON.parse(server.seen[0]?.body ?? '')).toMatchObject({ rememberMe: true, deviceDetails: 'the kiosk' });
  });

  test.each(['EmailVerificationRequired', 'TwoFactorRequired'])('the next step %s is no sign-in', async (step) => {
    server.answer = answering({ type: 'Success', result: { type: step } });
    expect(await at()).toEqual({ nextStep: step, answer: { type: step } });
  });

  test('a refusal with the status 200 says what the server says', async () => {
    server.answer = answering({ type: 'Error', errorMessages: ['Invalid login.', 'Mind the demo.'] });
    await expect(at()).rejects.toMatchObject({ kind: 'refused', status: 200, messages: ['Invalid login.'] });
  });

  test('an exception in the back end shows nobody its trace', async () => {
    server.answer = answering({ type: 'UnexpectedError', errorMessages: ['No database', 'at Program.Main()'] });
    const error = await at().catch((error) => error);
    expect(error).toMatchObject({ kind: 'unavailable' });
    expect('messages' in error).toBe(false);
  });

  test.each([
    ['no result', { type: 'Success' }],
    ['another shape', { accessToken: 'opaque' }],
    ['no token', { type: 'Success', result: { type: 'AccessToken' } }],
  ])('%s is unreadable', async (_, answer) => {
    server.answer = answering(answer);
    await expect(at()).rejects.toMatchObject({ kind: 'unreadable' });
  });
});

test.each<[code: string, option: string, settings: unknown]>([
  ['ERR_INVALID_OPTION', 'settings', 'https://api.example.com'],
  ['ERR_INVALID_OPTION', 'url', {}],
  ['ERR_INVALID_OPTION', 'issuer', { url, issuer: '' }],
  ['ERR_INVALID_OPTION', 'audience', { url, audience: ['a'] }],
  ['ERR_INVALID_OPTION', 'expirationMinutes', { url, expirationMinutes: 4 }],
  ['ERR_INVALID_OPTION', 'expirationMinutes', { url, expirationMinutes: 1441 }],
  ['ERR_INVALID_OPTION', 'expirationMinutes', { url, expirationMinutes: 7.5 }],
  ['ERR_INVALID_OPTION', 'expirationMinutes', { url, expirationMinutes: '20' }],
  ['ERR_INVALID_OPTION', 'onRejected', { url, onRejected: true }],
  ['ERR_UNKNOWN_OPTION', 'onReject', { url, onReject: () => {} }],
])('%s of %s', async (code, option, settings) => {
  const wrong = settings as LightNapSettings;
  expect(thrownBy(() => lightnap(wrong))).toMatchObject({ code, option });
  await expect(signIn(wrong, credentials)).rejects.toMatchObject({ code, option });
});

test.each([5, 1440])('%i minutes are allowed', (expirationMinutes) => {
  expect(() => lightnap({ url, expirationMinutes })).not.toThrow();
});
