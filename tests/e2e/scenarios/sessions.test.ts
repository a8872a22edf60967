import { describe, expect, vi } from 'vitest';
import { type Open, refreshTimes, scenario, type Tab } from './support.js';

const MINUTE = 60_000;
const DAY = 86_400;

const longLived = { tokenLifetime: 300, refreshTokenLifetime: 90 * DAY };

const signIn = (tab: Tab, options: object, by: 'cookie' | 'oauth' = 'cookie') =>
  tab.evaluate((by, options) => e2e.signIn(by, options).then(() => clock.now() / 1_000), by, options);
const restart = (tab: Tab, options: object) =>
  tab.evaluate((options) => e2e.start('cookie', options).then(({ snapshot }) => snapshot), options);
const run = (tab: Tab, minutes: number) => tab.evaluate((ms) => clock.run(ms), minutes * MINUTE);
const snapshot = (tab: Tab) => tab.evaluate(() => e2e.session.snapshot);
const spoken = (tab: Tab, which: string) =>
  tab.evaluate((which) => e2e.events.filter(({ type }) => new RegExp(which).test(type)), which);

describe('an idle session', () => {
  const options = { idleTimeout: '15m', idleWarning: '2m' };

  scenario('is warned of with the time of its end, and any input before that keeps it', async ({ open }) => {
    const { tab } = await open({ clock: true, settings: longLived });
    const signedInAt = await signIn(tab, options);
    await run(tab, 13.5);
    const warning = { type: 'idlewarning', endsAt: expect.closeTo(signedInAt + 15 * 60, 0) };
    expect(await spoken(tab, 'idle')).toEqual([warning]);
    await tab.press('Shift');
    await vi.waitUntil(async () => (await spoken(tab, 'cleared')).length === 1);
    await run(tab, 14);
    expect(await snapshot(tab)).toMatchObject({ status: 'active' });
    expect(await spoken(tab, 'idlewarning$')).toHaveLength(2);
  });

  scenario('is kept by recordActivity(), with a countdown that follows from the warning alone', async ({ open }) => {
    const { tab } = await open({ clock: true, settings: longLived });
    await signIn(tab, { ...options, activity: 'manual' });
    await run(tab, 14);
    const left = await tab.evaluate(() => {
      const [warning] = e2e.events.filter(({ type }) => type === 'idlewarning');
      return (warning?.endsAt as number) - clock.wall() / 1_000;
    });
    expect(left).toBeCloseTo(60, 0);
    await tab.press('Shift');
    await tab.moveMouse(30, 40);
    expect(await spoken(tab, 'cleared')).toEqual([]);
    await tab.evaluate(() => e2e.session.recordActivity());
    expect(await spoken(tab, 'cleared')).toHaveLength(1);
    await run(tab, 14);
    expect(await snapshot(tab)).toMatchObject({ status: 'active' });
  });

  scenario('is kept by a moved mouse, and not by the refreshes of the loop', async ({ open }) => {
    const { tab } = await open({ clock: true, settings: longLived });
    await signIn(tab, options);
    const left = () => tab.evaluate(() => (e2e.session.snapshot.idleEndsAt ?? 0) - clock.wall() / 1_000);
    await run(tab, 10);
    expect(await tab.evaluate(() => e2e.session.snapshot.generation)).toBeGreaterThan(2);
    expect(await left()).toBeCloseTo(300, 0);
    await tab.moveMouse(30, 40);
    await vi.waitUntil(async () => (await left()) > 899);
  });

  scenario('is remembered over a reload, which is no activity', async ({ open }) => {
    const { tab } = await open({ clock: true, settings: longLived });
    const signedInAt = await signIn(tab, options);
    await run(tab, 5);
    await tab.evaluate(() => e2e.session.recordActivity());
    await run(tab, 5);
    await tab.reload();
    const { status, idleEndsAt } = await restart(tab, options);
    expect([status, idleEndsAt]).toEqual(['active', expect.closeTo(signedInAt + 20 * 60, -1)]);
    await run(tab, 11);
    expect(await snapshot(tab)).toMatchObject({ status: 'ended', reason: 'idle' });
  });

  scenario('ends while nobody looks: the page that comes after the limit asks for no token', async ({ open }) => {
    const { server, tab } = await open({ clock: true, settings: longLived });
    await signIn(tab, options);
    await tab.evaluate((ms) => clock.sleep(ms, { mono: true }), 20 * MINUTE);
    const asked = refreshTimes(server).length;
    await tab.reload();
    expect(await restart(tab, options)).toMatchObject({ status: 'ended', reason: 'idle' });
    await vi.waitUntil(() => server.stats().sessions === 0);
    expect(refreshTimes(server)).toHaveLength(asked);
  });

  scenario(
    'with refreshWhileIdle: false lets the server’s own timeout run, though a page polls for tokens',
    async ({ open }) => {
      const { server, tab } = await open({ clock: true, settings: longLived });
      await signIn(tab, { refreshWhileIdle: false }, 'oauth');
      const outcomes = await tab.evaluate(async () => {
        const outcomes = new Set<unknown>();
        for (let minute = 0; minute < 30; minute++) {
          await clock.run(60_000);
          const { value, code } = await e2e.outcome(e2e.session.getAccessToken());
          outcomes.add(value ? 'a token' : code);
        }
        return [...outcomes];
      });
      expect(outcomes).toEqual(['a token', 'ERR_TOKEN_UNAVAILABLE']);
      expect(refreshTimes(server)).toEqual([]);
      await tab.evaluate(() => {
        e2e.session.recordActivity();
        return clock.run(0);
      });
      expect(await snapshot(tab)).toMatchObject({ status: 'active', generation: 2 });
    },
  );
});

describe('the maximum lifespan', () => {
  const options = { maxSessionLifespan: '1h', sessionWarning: '5m' };

  scenario('counts from the sign-in, over refreshes and reloads, whatever the activity', async ({ open }) => {
    const { server, tab } = await open({ clock: true, settings: longLived });
    const signedInAt = await signIn(tab, options);
    const end = expect.closeTo(signedInAt + 3600, -1);
    for (let reloads = 0; reloads < 2; reloads++) {
      await run(tab, 25);
      await tab.evaluate(() => e2e.session.recordActivity());
      await tab.reload();
      expect(await restart(tab, options)).toMatchObject({ status: 'active', sessionEndsAt: end });
    }
    await run(tab, 6);
    expect(await spoken(tab, 'sessionexpiring')).toEqual([
      { type: 'sessionexpiring', endsAt: end, because: 'max-lifespan' },
    ]);
    await run(tab, 5);
    expect(await snapshot(tab)).toMatchObject({ status: 'ended', reason: 'max-lifespan' });
    await vi.waitUntil(() => server.stats().sessions === 0);
  });
});

describe('the end of the refresh token', () => {
  scenario('is known, announced, and the end of the session', async ({ open }) => {
    const { server, tab } = await open({
      clock: true,
      settings: { tokenLifetime: 300, refreshTokenLifetime: 1200, sessionMaximum: 1200 },
    });
    const signedInAt = await signIn(tab, {}, 'oauth');
    const end = expect.closeTo(signedInAt + 1200, -1);
    await run(tab, 1);
    expect(await snapshot(tab)).toMatchObject({ refreshExpiresAt: end });
    await run(tab, 18.5);
    const announced = (await spoken(tab, 'sessionexpiring')).at(-1);
    expect(announced).toMatchObject({ endsAt: end, because: 'refresh-token' });
    expect(server.stats().reuseDetected).toBe(0);
  });
});

describe('after an end', () => {
  const ends = [
    ['idle', { idleTimeout: '10m' }],
    ['max-lifespan', { maxSessionLifespan: '10m' }],
    ['signed-out', {}],
    ['refresh-rejected', {}],
  ] as const;

  const ended = async (open: Open, reason: string, options: object) => {
    const opened = await open({ clock: true, settings: longLived });
    await signIn(opened.tab, options);
    if (reason === 'signed-out') await opened.tab.evaluate(() => e2e.session.signOut());
    if (reason === 'refresh-rejected') opened.server.revokeSessions();
    await run(opened.tab, 11);
    expect(await snapshot(opened.tab)).toMatchObject({ status: 'ended', reason });
    return opened;
  };

  scenario.for(ends)('%s: a new sign-in by setTokens() starts afresh', async ([reason, options], { open }) => {
    const { tab } = await ended(open, reason, options);
    const seen = await tab.evaluate(async () => {
      e2e.events.length = 0;
      e2e.session.setTokens(await e2e.tokens('cookie', 'ada', 'demo'));
      await clock.run(60_000);
      const { status, generation, idleEndsAt, sessionEndsAt } = e2e.session.snapshot;
      const left = [idleEndsAt, sessionEndsAt].map((end) => end && Math.round(end - clock.wall() / 1_000));
      return { status, generation, left, events: e2e.events.map(({ type }) => type) };
    });
    const limit = (name: string) => (name in options ? 540 : null);
    expect(seen).toEqual({
      status: 'active',
      generation: 1,
      left: [limit('idleTimeout'), limit('maxSessionLifespan')],
      events: ['started'],
    });
  });

  scenario('token-expired and token-refused: so does one after these', async ({ open }) => {
    const { tab } = await open({ clock: true, settings: longLived });
    const seen = await tab.evaluate(async () => {
      const fresh = (lifetime: number) => ({ access_token: `opaque-${lifetime}`, expires_in: lifetime });
      const seen: unknown[] = [];
      const look = () => seen.push([e2e.session.snapshot.status, e2e.session.snapshot.reason ?? 'lives']);
      e2e.follow(await e2e.startLoop({ refresh: false, tokens: fresh(60) }));
      await clock.run(61_000);
      look();
      e2e.session.setTokens(fresh(600));
      look();

      const issued = await e2e.tokens('oauth', 'ada', 'demo');
      const expectedIssuer = location.origin;
      e2e.follow(await e2e.startLoop({ refresh: async () => fresh(60), tokens: issued, expectedIssuer }));
      await e2e.outcome(e2e.session.refresh());
      look();
      e2e.session.setTokens(await e2e.tokens('oauth', 'ada', 'demo'));
      look();
      return [...seen, typeof e2e.session.accessToken];
    });
    const alive = ['active', 'lives'];
    expect(seen).toEqual([['ended', 'token-expired'], alive, ['ended', 'token-refused'], alive, 'string']);
  });

  scenario.for(ends.slice(0, 3))(
    '%s: the server knows, and a reload does not sign in again by the cookie',
    async ([reason, options], { open }) => {
      const { server, tab } = await ended(open, reason, options);
      await vi.waitUntil(() => server.stats().sessions === 0);
      await tab.reload();
      expect(await restart(tab, options)).toMatchObject({ status: 'ended', reason: 'signed-out' });
    },
  );

  scenario.for(ends.slice(0, 3))(
    '%s: where the server could not be told, the next page tells it before anything else',
    async ([reason, options], { open }) => {
      const opened = await open({ clock: true, settings: { ...longLived, faults: { signOut: '503' } } });
      const { server, tab } = opened;
      await signIn(tab, options);
      await tab.evaluate((leaves) => leaves && e2e.session.signOut(), reason === 'signed-out');
      await run(tab, 11);
      expect(await snapshot(tab)).toMatchObject({ status: 'ended', reason });
      expect(server.stats().sessions).toBe(1);
      const asked = refreshTimes(server).length;

      await tab.reload();
      expect(await restart(tab, options)).toMatchObject({ status: 'ended' });
      expect(refreshTimes(server)).toHaveLength(asked);
      server.set({ faults: { signOut: 'none' } });
      await run(tab, 3);
      await vi.waitUntil(() => server.stats().sessions === 0);
      await tab.reload();
      expect(await restart(tab, options)).toMatchObject({ status: 'ended', reason: 'signed-out' });
    },
  );

  scenario('a page that leaves in its listener for the end is told of by the next one', async ({ open }) => {
    const { server, tab } = await open({ clock: true, settings: { ...longLived, faults: { signOut: 'hang' } } });
    await signIn(tab, { idleTimeout: '10m' });
    const end = (url: string) => {
      e2e.session.on('ended', () => location.assign(url));
      clock.run(11 * 60_000);
    };
    // The page may be gone before it has answered.
    await tab.leave(() => tab.evaluate(end, `${server.url}/e2e/?clock={}&left`).catch(() => {}));
    server.set({ faults: { signOut: 'none' } });
    expect(await restart(tab, { idleTimeout: '10m' })).toMatchObject({ status: 'ended' });
    await vi.waitUntil(() => server.stats().sessions === 0);
  });
});
