// What the loop makes of the reports of requests, over the real wasm.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeClocks, jwt, liveLoop, startedLoop } from './wasm.js';

const now = 1_700_000_000;

beforeEach(fakeClocks);

afterEach(() => {
  vi.useRealTimers();
});

describe('the report of a refresh', () => {
  test.each([null, { accessToken: '' }, { accessToken: undefined }])(
    'with %o says that nobody is signed in',
    async (answer) => {
      const { told } = liveLoop(answer);
      expect(told.snapshot).toMatchObject({ status: 'ended', reason: 'signed-out' });
    },
  );

  test('may have the server’s date', async () => {
    const { told, answer } = startedLoop();
    // The device's clock is ten minutes behind the server's.
    answer({ answer: jwt({ iat: now, exp: now + 900 }), date: (now + 600) * 1_000 });
    expect(told.snapshot).toMatchObject({ expiresAt: now + 300, clockSkew: 600 });
  });

  test.each([7, { accessToken: 7 }, 'a.b.c', ['one']])('with %o cannot be read, and ends nothing', async (answer) => {
    const { told } = liveLoop(answer);
    expect(told.snapshot).toMatchObject({ status: 'starting', lastFailure: { kind: 'unreadable' } });
  });

  test.each([
    [{ kind: 'network' }, { kind: 'network' }],
    [
      { kind: 'unreadable', status: 200 },
      { kind: 'unreadable', status: 200 },
    ],
    [{ kind: 'thrown' }, { kind: 'thrown' }],
    [
      { kind: 'http', status: 503 },
      { kind: 'http', status: 503 },
    ],
    [
      { kind: 'http', status: 400, error: 'server_error' },
      { kind: 'http', status: 400, error: 'server_error' },
    ],
  ] as const)('%o ends nothing', async (report, lastFailure) => {
    const { told, answer } = startedLoop();
    answer(report);
    expect(told.snapshot).toMatchObject({ status: 'starting', attempts: 1, lastFailure });
  });

  test('with a Retry-After is heeded', async () => {
    const { told, answer } = startedLoop();
    answer({ kind: 'http', status: 429, retryAfter: 100 });
    expect(told.snapshot.retryAt).toBeGreaterThanOrEqual(now + 100);
  });

  test.each([
    { kind: 'rejected' },
    { kind: 'http', status: 401 },
    { kind: 'http', status: 400, error: 'invalid_grant' },
    { kind: 'http', status: 400, error: 'anything else' },
  ] as const)('%o ends the session', async (report) => {
    const { loop, told, answer } = liveLoop();
    loop.refresh(1);
    answer(report);
    expect(told.snapshot).toMatchObject({ status: 'ended', reason: 'refresh-rejected' });
    expect(told.answers).toMatchObject([{ caller: 1, code: 'ERR_SESSION_ENDED', reason: 'refresh-rejected' }]);
    expect(told.events.at(-1)).toEqual({ type: 'ended', detail: { reason: 'refresh-rejected' } });
  });
});

describe('the report of a sign-out', () => {
  const signedOut = async (report: object) => {
    const made = liveLoop(undefined, { tokens: 'one' }, { refresh: true, signOut: true });
    made.loop.signOut(5);
    made.loop.signedOut(made.told.signOuts[0]?.attempt ?? 0, report);
    return made.told;
  };

  test.each([{ answer: true }, { kind: 'http', status: 401 }, { kind: 'rejected' }])(
    '%o is its end',
    async (report) => {
      const told = await signedOut(report);
      const order = { reason: 'signed-out', revokeOnly: false, at: now * 1_000 };
      expect(told.signOuts).toEqual([{ attempt: expect.any(Number), ...order }]);
      expect(told.answers).toEqual([{ caller: 5 }]);
      expect(told.saved.at(-1)).toBeUndefined();
    },
  );

  test('of a failure is told, and it stays to be done', async () => {
    const told = await signedOut({ kind: 'http', status: 503 });
    expect(told.events.at(-1)).toMatchObject({ type: 'signoutfailed', detail: { status: 503, attempt: 1 } });
    expect(JSON.parse(told.saved.at(-1) ?? '')).toMatchObject({
      signOuts: [{ reason: 'signed-out', revokeOnly: false }],
    });
  });
});

describe('the report of a probe', () => {
  test.each([
    [{ answer: true }, 'active'],
    [{ answer: undefined }, 'active'],
    [{ answer: false }, 'ended'],
    [{ answer: null }, 'ended'],
    [{ kind: 'http', status: 401 }, 'ended'],
    [{ kind: 'http', status: 500 }, 'active'],
    [{ kind: 'network' }, 'active'],
  ])('%o leaves the session %s', async (report, status) => {
    const { loop, told } = startedLoop({ tokens: 'one' }, { probe: true });
    loop.refresh(1, 'one');
    loop.probed(told.probes[0] ?? 0, report);
    expect(told.snapshot).toMatchObject({ status });
  });
});
