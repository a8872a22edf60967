// What one page keeps for the next, over the real wasm: the texts of the store and of the record.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeClocks, jwt, liveLoop, startedLoop } from './wasm.js';

const now = 1_700_000_000;

beforeEach(fakeClocks);

afterEach(() => {
  vi.useRealTimers();
});

describe('a store', () => {
  const tokens = {
    accessToken: jwt({ sub: 'ada' }),
    refreshToken: 'r1',
    idToken: 'who',
    scope: 'openid',
    expiresIn: 600,
  };

  test('gives back what it was given', async () => {
    const first = liveLoop(tokens);
    const text = first.told.saved.at(-1);
    expect(JSON.parse(text ?? '')).toEqual({
      version: 2,
      tokens: { ...tokens, expiresAt: now + 600 },
      sessionStart: now * 1_000,
    });
    const second = startedLoop({}, { refresh: true }, { stored: text });
    expect([second.told.token, second.told.idToken]).toEqual([tokens.accessToken, 'who']);
    expect(second.told.snapshot).toMatchObject({ status: 'active', subject: 'ada', expiresAt: now + 600 });
    expect(second.told.warnings).toEqual([]);
  });

  test('keeps what the server has still to be told', async () => {
    const can = { refresh: true, signOut: true, revoke: true };
    const first = liveLoop(tokens, {}, can);
    first.loop.signOut(1);
    const text = first.told.saved.at(-1);
    expect(JSON.parse(text ?? '')).toMatchObject({
      signOuts: [{ reason: 'signed-out', revokeOnly: false, refreshToken: 'r1', at: now * 1_000 }],
    });
    expect(text).not.toContain(tokens.accessToken);
    const second = startedLoop({}, can, { stored: text });
    expect(second.told.signOuts).toMatchObject([{ reason: 'signed-out', revokeOnly: false, refreshToken: 'r1' }]);
    expect(second.told.snapshot).toMatchObject({ status: 'ended' });
  });

  test.each([
    '',
    'null',
    '[]',
    '7',
    '{}',
    '<html>',
    '{"version":3,"tokens":{"accessToken":"one"}}',
    '{"version":2,"tokens":{"accessToken":7}}',
    '{"version":2,"tokens":{}}',
  ])('whose text is %s is dropped, and that is said', async (text) => {
    const { told } = startedLoop({}, { refresh: true }, { stored: text });
    expect(told.warnings).toEqual([expect.stringContaining('(STORE_UNREADABLE)')]);
    expect(told.refreshes).toHaveLength(1);
  });

  test.each(['7', '"text"', '[7]', '[{}]', '[{"reason":"idle"}]', '[{"reason":"none","at":1}]'])(
    'may hold anything for sign-outs: %s',
    async (signOuts) => {
      const text = `{"version":2,"tokens":{"accessToken":"one"},"signOuts":${signOuts}}`;
      const { told } = startedLoop({}, { refresh: true, signOut: true }, { stored: text });
      expect([told.token, told.signOuts]).toEqual(['one', []]);
    },
  );
});

describe('the record', () => {
  const tokens = { accessToken: jwt({ sub: 'ada' }), refreshToken: 'r1', expiresIn: 600 };
  const limits = { idleTimeout: '15m', maxSessionLifespan: '10h' };
  const keeps = { refresh: true, record: true };
  const signsOut = { ...keeps, signOut: true, revoke: true };
  const record = (told: { record: string | undefined }) => JSON.parse(told.record ?? 'null');

  test('holds when the session began and when somebody was there last, and no token', async () => {
    const { loop, told } = liveLoop(tokens, limits, keeps);
    expect(record(told)).toEqual({
      version: 2,
      order: { epoch: 1, session: expect.any(Number), generation: 1 },
      sessionStart: now * 1_000,
      lastActivity: now * 1_000,
      attempts: 0,
      notBefore: 0,
      firm: false,
      busyUntil: 0,
      rotates: false,
    });
    vi.advanceTimersByTime(5_000);
    loop.recordActivity();
    expect(record(told)).toMatchObject({ lastActivity: (now + 5) * 1_000 });
  });

  test('is none where nobody has signed in', async () => {
    const { told } = startedLoop(limits, keeps);
    expect(told.record).toBeUndefined();
  });

  test('gives the next page the limits of the session, whatever the store holds', async () => {
    const first = liveLoop(tokens, limits, keeps);
    vi.advanceTimersByTime(60_000);
    first.loop.recordActivity();
    const { record } = first.told;
    vi.advanceTimersByTime(300_000);
    for (const stored of [undefined, JSON.stringify({ version: 2, tokens, skew: 0 })]) {
      const { told, answer } = startedLoop(limits, keeps, { stored, record });
      if (!stored) answer({ answer: tokens });
      expect(told.snapshot).toMatchObject({ idleEndsAt: now + 60 + 900, sessionEndsAt: now + 36_000 });
    }
  });

  test('keeps an end, of which the server is told by the next page where this one could not, without the refresh token', async () => {
    const { loop, told } = liveLoop(tokens, limits, signsOut);
    loop.signOut(1);
    expect(record(told)).toMatchObject({ ended: { reason: 'signed-out', at: now * 1_000, told: false } });
    const next = startedLoop(limits, signsOut, { record: told.record });
    expect(next.told.signOuts).toEqual([{ attempt: 1, reason: 'signed-out', revokeOnly: false, at: now * 1_000 }]);
    expect([next.told.refreshes, next.told.snapshot.status]).toEqual([[], 'ended']);
    next.loop.signedOut(1, { answer: true });
    expect(record(next.told)).toMatchObject({ ended: { reason: 'signed-out', told: true } });
    const last = startedLoop(limits, signsOut, { record: next.told.record });
    expect([last.told.signOuts, last.told.refreshes.length]).toEqual([[], 1]);
  });

  test('an end that both know is told once, with the refresh token of the store', async () => {
    const { loop, told } = liveLoop(tokens, limits, signsOut);
    loop.signOut(1);
    const kept = { stored: told.saved.at(-1), record: told.record };
    const next = startedLoop(limits, signsOut, kept);
    next.loop.signedOut(1, { answer: true });
    expect(next.told.signOuts).toMatchObject([{ refreshToken: 'r1' }]);
  });

  test.each(['', '7', '{}', '{"version":3,"lastActivity":1}', '{"version":2,"epoch":"x","lastActivity":{}}'])(
    'that is %s counts as none',
    async (record) => {
      const { told, answer } = startedLoop(limits, keeps, { record });
      answer({ answer: tokens });
      expect(told.snapshot).toMatchObject({ status: 'active', idleEndsAt: now + 900 });
      expect(told.warnings).toEqual([]);
    },
  );
});
