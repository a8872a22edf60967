// Audience and issuer: a token of another one is never used, however it comes, and what is wrong reaches the developer.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeClocks, jwt, liveLoop, signIn, startedLoop } from './wasm.js';

beforeEach(fakeClocks);

afterEach(() => {
  vi.useRealTimers();
});

const hint = "; check the option, the domain, the proxy's Host header and the platform's version";

describe.each([
  {
    options: { expectedAudience: 'https://forms.example' },
    right: { aud: ['https://forms.example', 'other'], jti: 'right' },
    wrong: { aud: 'http://localhost:3030', jti: 'wrong' },
    message: `expectedAudience: the token's "aud" is "http://localhost:3030", expected "https://forms.example"${hint}`,
  },
  {
    options: { expectedAudience: ['a', 'b'] },
    right: { aud: 'b', jti: 'right' },
    wrong: { aud: ['x', 'y'], jti: 'wrong' },
    message: `expectedAudience: the token's "aud" is "x", "y", expected "a", "b"${hint}`,
  },
  {
    options: { expectedIssuer: 'https://id.example' },
    right: { iss: 'https://id.example', jti: 'right' },
    wrong: { jti: 'wrong' },
    message: `expectedIssuer: the token's "iss" is none, expected "https://id.example"${hint}`,
  },
])('$message', ({ options, right, wrong, message }) => {
  const [good, bad] = [jwt(right), jwt(wrong)];
  const refused = { code: 'ERR_TOKEN_REFUSED', option: Object.keys(options)[0], message };

  /** Every token that the host is ever given to hold. */
  function holding(host: { hold: (token: string | undefined, idToken: string | undefined) => void }) {
    const hold = vi.spyOn(host, 'hold');
    return () => hold.mock.calls.map(([token]) => token);
  }

  test('in `tokens` it is an error of the start', () => {
    expect(() => startedLoop({ ...options, tokens: bad })).toThrow(expect.objectContaining(refused));
  });

  test('in `setTokens` it is an error, and the token before stays', () => {
    const { loop, told, host } = liveLoop(good, options);
    const held = holding(host);
    expect(() => signIn(loop, bad)).toThrow(expect.objectContaining(refused));
    expect([told.token, told.snapshot.status, held()]).toEqual([good, 'active', []]);
  });

  test('by a refresh it ends the session, with a warning', () => {
    const { loop, told, host, answer } = liveLoop(good, options);
    const held = holding(host);
    loop.refresh(1);
    answer({ answer: { accessToken: bad } });
    expect(told.snapshot).toMatchObject({ status: 'ended', reason: 'token-refused' });
    expect(told.answers).toMatchObject([{ caller: 1, code: 'ERR_SESSION_ENDED', reason: 'token-refused' }]);
    expect([told.token, told.warnings]).toEqual([undefined, [message]]);
    expect(held()).not.toContain(bad);
  });

  test('out of a store it is dropped, with a warning', () => {
    const { told } = liveLoop(bad);
    const text = told.saved.at(-1);
    expect(text).toContain(bad);
    const next = startedLoop(options, { refresh: true }, { stored: text });
    expect([next.told.token, next.told.refreshes.length]).toEqual([undefined, 1]);
    expect(next.told.warnings).toEqual([`dropped the tokens that the store held: ${message} (STORE_UNREADABLE)`]);
    next.answer({ answer: good });
    expect([next.told.token, next.told.warnings.length]).toEqual([good, 1]);
  });

  test('no warning holds a part of the token', () => {
    const { told } = liveLoop(bad, options);
    for (const part of bad.split('.')) expect(told.warnings.join()).not.toContain(part);
  });
});
