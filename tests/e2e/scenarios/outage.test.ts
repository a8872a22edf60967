// The network, or the server, is away: a token in hand stays in use, and the refresh is tried again with measure.
import { describe, expect, vi } from 'vitest';
import { gaps, startRefreshing } from './refreshing.js';
import { refreshTimes, scenario, type Tab } from './support.js';

/** Resolves when the page has been told of it, and the session before. */
async function setOffline(tab: Tab, offline: boolean) {
  await tab.evaluate(
    (type) => {
      const heard = new Promise<void>((resolve) => addEventListener(type, () => resolve(), { once: true }));
      Object.assign(globalThis, { heard });
    },
    offline ? 'offline' : 'online',
  );
  await tab.setOffline(offline);
  await tab.evaluate(() => Reflect.get(globalThis, 'heard') as Promise<void>);
}

describe('offline', () => {
  scenario(
    'before a refresh: the token serves to its end, one attempt is made per check interval, and back online one at once',
    { needs: ['offline'] },
    async ({ open }) => {
      // Too short for the patience with which a longer one would be waited for.
      const { attempts, order, run, state, tab, told } = await startRefreshing(open, 'cookie', {
        settings: { tokenLifetime: 240 },
      });
      await setOffline(tab, true);
      await run(119);
      expect(await order()).toEqual([]);
      await run(119);
      expect(await state()).toMatchObject({ status: 'active', refresh: 'offline', token: expect.any(String) });
      await run(272);
      expect(await state()).toMatchObject({ status: 'expired', refresh: 'offline', attempts: 7 });
      const failures = await told('refreshfailed');
      expect(failures.map(({ kind, attempt }) => [kind, attempt])).toEqual(
        [1, 2, 3, 4, 5, 6, 7].map((attempt) => ['network', attempt]),
      );
      for (const gap of gaps(failures.map(({ at }) => at))) expect(gap).toBeCloseTo(60, 1);
      expect(failures.filter(({ kept }) => kept)).toHaveLength(2);
      expect(await tab.evaluate(() => e2e.outcome(e2e.session.getAccessToken()))).toMatchObject({
        code: 'ERR_TOKEN_UNAVAILABLE',
      });

      expect(attempts()).toEqual([]);
      await setOffline(tab, false);
      await run(0);
      const { now, ...after } = await state();
      expect(after).toMatchObject({ status: 'active', refresh: 'idle', generation: 2, attempts: 0 });
      expect(attempts()).toEqual([now]);
    },
  );

  scenario(
    'during a refresh: it counts as one failure, and the same refresh token serves when the network is back',
    { needs: ['offline'] },
    async ({ open }) => {
      const { attempts, order, run, server, state, tab, told, until } = await startRefreshing(open, 'oauth');
      server.set({ faults: { refresh: { kind: 'hang', count: 1 } } });
      await run(299);
      await until({ refresh: 'in-flight' });
      await vi.waitUntil(() => attempts().length === 1);
      await setOffline(tab, true);
      // Whether a request under way is cut is the browser's affair; so much later it is over either way.
      await run(31);
      expect(await state()).toMatchObject({ status: 'active', refresh: 'offline', generation: 1, attempts: 1 });
      expect(await told('refreshfailed')).toMatchObject([{ attempt: 1, kept: true }]);
      await setOffline(tab, false);
      await run(0);
      expect(await state()).toMatchObject({ status: 'active', generation: 2, attempts: 0 });
      expect(await order()).toEqual(['expiring', 'refreshfailed', 'refreshed']);
      expect(server.stats()).toMatchObject({ reuseDetected: 0, refreshes: { oauth: { accepted: 1 } } });
    },
  );

  scenario('after a refresh: nothing fails and nothing is asked for', { needs: ['offline'] }, async ({ open }) => {
    const { attempts, order, run, state, tab, until } = await startRefreshing(open, 'oauth');
    await run(299);
    await until({ generation: 2 });
    const { token } = await state();
    await setOffline(tab, true);
    await run(290);
    await setOffline(tab, false);
    await run(5);
    expect(await state()).toMatchObject({ status: 'active', refresh: 'idle', generation: 2, token });
    expect(await order()).toEqual(['expiring', 'refreshed']);
    expect(attempts()).toHaveLength(1);
  });
});

describe('a server that cannot be reached', () => {
  scenario('costs no token, is tried with growing waits, and recovers by itself', async ({ open }) => {
    const { attempts, order, run, server, state, told, until } = await startRefreshing(open, 'oauth');
    const port = Number(new URL(server.url).port);
    await server.close();
    await run(299);
    await until({ attempts: 3 });
    expect(await state()).toMatchObject({ status: 'active', generation: 1, lastFailure: { kind: 'network' } });
    await server.listen(port);
    await until({ generation: 2 });
    const failures = await told('refreshfailed');
    expect(failures.map(({ kind, kept }) => [kind, kept])).toEqual(Array(failures.length).fill(['network', true]));
    const [firstAt, ...retriedAt] = [...failures.map(({ at }) => at), ...attempts()];
    for (const [index, gap] of gaps([firstAt as number, ...retriedAt]).entries())
      expect(gap).toBeLessThanOrEqual(2 ** index + 0.1);
    for (const [index, { retryAt }] of failures.entries()) expect(retriedAt[index]).toBeCloseTo(retryAt as number, 1);
    expect((await order()).at(-1)).toBe('refreshed');
    expect(server.stats().reuseDetected).toBe(0);
  });

  scenario('is no longer waited for when the browser says that it is online', async ({ open }) => {
    const { attempts, run, server, state, tab, until } = await startRefreshing(open, 'cookie');
    const port = Number(new URL(server.url).port);
    await server.close();
    await run(299);
    await until({ attempts: 4 });
    // From the fourth failure on it waits for at least a fifth of what is left of the token.
    const { now, retryAt = 0 } = await state();
    expect(retryAt - now).toBeGreaterThan(40);
    await server.listen(port);
    await tab.evaluate(() => dispatchEvent(new Event('online')));
    await run(0);
    expect(attempts()).toEqual([now]);
    expect(await state()).toMatchObject({ status: 'active', generation: 2, attempts: 0, now });
  });

  scenario(
    'may have a name that does not exist: the token serves to its end, and the session lives on',
    async ({ open }) => {
      const nowhere = 'http://nowhere.invalid';
      const { run, server, state, told, until } = await startRefreshing(open, 'oauth', {
        connectTo: [nowhere],
        options: { refresh: { tokenEndpoint: `${nowhere}/oauth/token`, clientId: 'evertoken-demo' } },
      });
      await run(299);
      await until({ attempts: 3 });
      expect(await state()).toMatchObject({ status: 'active', generation: 1, lastFailure: { kind: 'network' } });
      await run(300);
      expect(await state()).toMatchObject({ status: 'expired', generation: 1, token: null });
      expect((await told('refreshfailed')).slice(0, 3).every(({ kept }) => kept)).toBe(true);
      expect(await told('expired')).toHaveLength(1);
      expect(refreshTimes(server)).toEqual([]);
    },
  );
});

scenario('the event `online` never shortens a Retry-After', async ({ open }) => {
  const { attempts, run, server, state, tab, until } = await startRefreshing(open, 'cookie');
  server.set({ faults: { refresh: { kind: '503', count: 1, retryAfter: 40 } } });
  await run(299);
  await until({ attempts: 1 });
  await tab.evaluate(() => dispatchEvent(new Event('online')));
  await run(0);
  expect(attempts()).toHaveLength(1);
  expect(await state()).toMatchObject({ status: 'active', refresh: 'waiting', attempts: 1 });
  await until({ generation: 2 });
  const [wait = 0, ...more] = gaps(attempts());
  expect(wait).toBeGreaterThanOrEqual(40);
  expect(more).toEqual([]);
});

describe('a cut connection', () => {
  // A browser may send a request again by itself when its connection is cut, so the server's count says nothing.
  scenario.for(['cookie', 'oauth'] as const)(
    'by %s, before anything was done: it is tried again',
    async (by, { open }) => {
      const { order, run, server, told, until } = await startRefreshing(open, by);
      server.set({ faults: { refresh: 'drop' } });
      await run(299);
      await until({ attempts: 2 });
      server.set({ faults: { refresh: 'none' } });
      await until({ generation: 2 });
      const failures = await told('refreshfailed');
      expect(failures).toMatchObject(Array(failures.length).fill({ kind: 'network', kept: true }));
      expect((await order()).filter((type) => type === 'ended' || type === 'expired')).toEqual([]);
      expect(server.stats().reuseDetected).toBe(0);
    },
  );

  scenario('after the work was done, with a refresh token that lives on: it is tried again', async ({ open }) => {
    const { run, server, state, told, until } = await startRefreshing(open, 'cookie');
    server.set({ faults: { refresh: 'drop-after' } });
    await run(299);
    await until({ attempts: 2 });
    server.set({ faults: { refresh: 'none' } });
    await until({ generation: 2 });
    const failures = await told('refreshfailed');
    expect(failures).toMatchObject(Array(failures.length).fill({ kind: 'network', kept: true }));
    expect(await state()).toMatchObject({ status: 'active', attempts: 0 });
  });

  scenario('after the refresh token was used up: nobody can help, and the session ends once', async ({ open }) => {
    const { order, run, server, told } = await startRefreshing(open, 'oauth');
    server.set({ faults: { refresh: 'drop-after' } });
    await run(360);
    server.set({ faults: { refresh: 'none' } });
    await run(600);
    expect(await told('ended')).toMatchObject([{ reason: 'refresh-rejected' }]);
    expect((await order()).filter((type) => type === 'refreshed')).toEqual([]);
    expect(server.stats().reuseDetected).toBe(1);
  });
});
