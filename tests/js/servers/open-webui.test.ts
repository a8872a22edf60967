import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openWebUi, signIn } from '../../../js/servers/open-webui.js';
import { thrownBy } from '../double.js';
import { answering, localServer } from '../server.js';

const server = localServer();
const credentials = { email: 'ada@example.com', password: 'demo' };

afterEach(() => vi.unstubAllGlobals());

test('its address is all that it takes', () => {
  expect(openWebUi({ url: 'https://chat.example.com/' })).toEqual({
    refresh: false,
    probe: { endpoint: 'https://chat.example.com/api/v1/auths/' },
    signOut: { endpoint: 'https://chat.example.com/api/v1/auths/signout' },
    allowedOrigins: ['https://chat.example.com'],
  });
});

test('one that is relative is so to the page', () => {
  vi.stubGlobal('location', new URL('https://app.example.com/somewhere'));
  expect(openWebUi({ url: '/chat' })).toMatchObject({
    probe: { endpoint: 'https://app.example.com/chat/api/v1/auths/' },
    allowedOrigins: ['https://app.example.com'],
  });
});

describe('signIn', () => {
  const at = () => signIn({ url: server.origin }, credentials);

  /** A JWT, issued within the second before now, by a server whose clock is ahead by so many seconds. */
  const jwt = (lifetime: number | undefined, ahead = 0) => {
    const iat = Math.floor(Date.now() / 1_000) + ahead;
    const payload = { iat, ...(lifetime && { exp: iat + lifetime }) };
    return `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`;
  };
  const brought = async (token: string) => {
    server.answer = answering({ token, token_type: 'Bearer', expires_at: 2_000_000_000, role: 'user' });
    const { tokens } = await at();
    expect(tokens?.accessToken).toBe(token);
    return tokens as { expiresIn?: number };
  };

  test('brings the token', async () => {
    await brought('opaque');
    expect(server.seen).toMatchObject([{ method: 'POST', url: '/api/v1/auths/signin' }]);
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual(credentials);
  });

  describe('what is left of it', () => {
    beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: 1_900_000_000_700 }));
    afterEach(() => vi.useRealTimers());

    test.each([
      ['to its exp, where the clocks agree', 3600, 0, 3599.3],
      ['its whole life, where the device’s clock is behind', 3600, 90, 3600],
      ['its whole life less the second of the rounding, where that is ahead', 3600, -90, 3599],
    ])('%s', async (_, lifetime, ahead, expected) => {
      expect((await brought(jwt(lifetime, ahead))).expiresIn).toBeCloseTo(expected, 3);
    });

    test.each([
      ['a token that never ends', undefined],
      ['one that was issued at its end', -3600],
    ])('nothing is said of %s', async (_, lifetime) => {
      expect('expiresIn' in (await brought(jwt(lifetime)))).toBe(false);
    });
  });

  test.each(['verify', 'enroll', 'recover', 'pending'])('the next step %s is no sign-in', async (step) => {
    const answer = { next_step: step, challenge_token: 'challenge', expires_in: 300 };
    server.answer = answering(answer);
    expect(await at()).toEqual({ nextStep: step, answer });
  });

  test('a refusal says what the server says', async () => {
    server.answer = answering({ detail: 'The email or password provided is incorrect.' }, 400);
    await expect(at()).rejects.toMatchObject({
      kind: 'refused',
      status: 400,
      messages: ['The email or password provided is incorrect.'],
      message: expect.stringContaining('The email or password provided is incorrect.'),
    });
  });
});

test.each<[code: string, option: string, settings: unknown]>([
  ['ERR_INVALID_OPTION', 'settings', undefined],
  ['ERR_INVALID_OPTION', 'url', {}],
  ['ERR_INVALID_OPTION', 'url', { url: '/' }],
  ['ERR_UNKNOWN_OPTION', 'jwtExpiresIn', { url: 'https://chat.example.com', jwtExpiresIn: '4w' }],
])('%s of %s', async (code, option, settings) => {
  const wrong = settings as { url: string };
  expect(thrownBy(() => openWebUi(wrong))).toMatchObject({ code, option });
  await expect(signIn(wrong, credentials)).rejects.toMatchObject({ code, option });
});
