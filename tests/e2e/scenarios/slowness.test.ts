// Answers that are late, or never come; and how much an outage may ask of a server.
import { describe, expect, vi } from 'vitest';
import { gaps, startRefreshing } from './refreshing.js';
import { releaseHeld, scenario } from './support.js';

const TIMEOUT = 10;

scenario(
  'a refresh that hangs fails at the timeout, is given up at three times that, and is tried again',
  async ({ open }) => {
    const { attempts, order, run, server, state, told, until } = await startRefreshing(open, 'oauth');
    server.set({ faults: { refresh: { kind: 'hang', count: 1 } } });
    await run(299);
    await until({ attempts: 1 });
    const [sentAt = 0] = attempts();
    const [failure, ...more] = await told('refreshfailed');
    expect(more).toEqual([]);
    expect(failure).toMatchObject({ kind: 'timeout', kept: true });
    expect((failure?.at ?? 0) - sentAt).toBeCloseTo(TIMEOUT, 1);
    // The request goes on.
    expect(await state()).toMatchObject({ status: 'active', refresh: 'in-flight', generation: 1 });
    await run(TIMEOUT);
    expect(server.requests({ kind: 'refresh' }).at(-1)).toMatchObject({ fault: 'hang', endedAt: null });

    await until({ generation: 2 });
    await vi.waitUntil(() => server.requests({ kind: 'refresh' }).at(-2)?.endedAt);
    const [wait] = gaps(attempts());
    expect(wait).toBeCloseTo(3 * TIMEOUT, 1);
    expect(await order()).toEqual(['expiring', 'refreshfailed', 'refreshed']);
  },
);

scenario.for(['cookie', 'oauth'] as const)(
  'by %s, an answer that takes longer than several checks is one request, and is adopted',
  async (by, { open }) => {
    const { attempts, order, run, server, state, tab, until } = await startRefreshing(open, by, {
      options: { checkInterval: '1s', refreshTimeout: '1m' },
    });
    server.set({ faults: { refresh: { kind: 'hold', count: 1 } } });
    await run(299);
    await until({ refresh: 'in-flight' });
    await vi.waitUntil(() => server.stats().held === 1);
    await run(30);
    expect(await state()).toMatchObject({ status: 'active', refresh: 'in-flight', generation: 1 });
    await releaseHeld(server);
    await vi.waitUntil(() => tab.evaluate(() => e2e.session.snapshot.generation === 2));
    await run(30);
    expect(attempts()).toHaveLength(1);
    expect(await order()).toEqual(['expiring', 'refreshed']);
    expect(server.stats().reuseDetected).toBe(0);
  },
);

scenario(
  'an answer after the timeout brings the rotated refresh token, which the next refresh presents',
  async ({ open }) => {
    const { attempts, order, run, server, state, tab, until } = await startRefreshing(open, 'oauth');
    server.set({ faults: { refresh: { kind: 'hold', count: 1 } } });
    await run(299);
    await until({ attempts: 1 });
    const { token } = await state();
    await run(TIMEOUT);
    // No other attempt starts before this one has ended.
    expect(attempts()).toHaveLength(1);
    await releaseHeld(server);
    await vi.waitUntil(() => tab.evaluate(() => e2e.session.snapshot.generation === 2));
    const adopted = await state();
    expect(adopted).toMatchObject({ status: 'active', attempts: 0 });
    expect(adopted.token).not.toBe(token);
    await until({ generation: 3 });
    expect(await order()).toEqual(['expiring', 'refreshfailed', 'refreshed', 'expiring', 'refreshed']);
    expect(server.stats()).toMatchObject({ reuseDetected: 0, refreshes: { oauth: { accepted: 2, rejected: 0 } } });
  },
);

scenario('an answer after the timeout and the sign-out revives nothing', async ({ open }) => {
  const { order, run, server, state, tab, until } = await startRefreshing(open, 'oauth');
  server.set({ faults: { refresh: { kind: 'hold', count: 1 } } });
  await run(299);
  await until({ attempts: 1 });
  const signingOut = tab.evaluate(() => e2e.session.signOut());
  await vi.waitUntil(() => tab.evaluate(() => e2e.session.snapshot.status === 'ended'));
  await releaseHeld(server);
  await signingOut;
  // The token that was in hand is revoked, and so is the one that came too late.
  await vi.waitUntil(() => server.requests({ kind: 'revocation' }).length === 2);
  const sent = server.requests().length;
  await run(3600);
  expect(await state()).toMatchObject({ status: 'ended', reason: 'signed-out', token: null });
  expect(await order()).toEqual(['expiring', 'refreshfailed', 'ended']);
  expect(server.requests()).toHaveLength(sent);
});

describe('an outage of ten minutes', () => {
  scenario.for(['cookie', 'oauth'] as const)(
    'by %s asks little of the server, ends no session, and is over within a minute of the return',
    async (by, { open }) => {
      const { attempts, order, run, server, state, told } = await startRefreshing(open, by);
      await run(299);
      server.set({ faults: { refresh: '503' } });
      const from = (await state()).now;
      await run(600);
      const failures = await told('refreshfailed');
      expect(failures).toHaveLength(attempts().length);
      expect((await told('expired')).map(({ at }) => Math.round(at - from))).toEqual([301]);

      // The documented waits: a step that doubles from 1 s to 60 s, or the patience while over two minutes are left.
      for (const [index, gap] of gaps(attempts()).entries()) {
        const failed = index + 1;
        const left = from + 301 - (attempts()[index] as number);
        // At two minutes it is one or the other: the page and the server measure what is left a moment apart.
        const mayStep = failed < 4 || left < 121;
        const mayBePatient = failed >= 4 && left > 119;
        if (!mayStep) expect(gap).toBeGreaterThan(left * 0.2 - 1);
        expect(gap).toBeLessThan(Math.max(mayStep ? Math.min(2 ** index, 60) : 0, mayBePatient ? left * 0.8 : 0) + 1);
      }
      // At most 3 and, a fifth of the time left apart, 5 more before the last two minutes; then steps of 16, 32 and 60 s, half of
      // that on the average: 17 in 420 s. More than twice as many is less likely than one in a billion.
      expect(attempts().length).toBeLessThanOrEqual(3 + 5 + 34);
      expect(attempts().length).toBeGreaterThanOrEqual(8);

      server.set({ faults: { refresh: 'none' } });
      await run(61);
      expect(await state()).toMatchObject({ status: 'active', generation: 2, attempts: 0 });
      expect((await order()).filter((type) => type === 'ended')).toEqual([]);
      expect(server.stats().reuseDetected).toBe(0);
    },
  );
});
