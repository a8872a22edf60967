import { describe, expect } from 'vitest';
import { type By, type Open, refreshTimes, scenario, type Tab } from './support.js';

const HOUR = 3600;
const DAY = 86_400;

/** A 10-minute token, so half of it is the window. */
const start = async (open: Open, ahead: number, by: By) => {
  const settings = { tokenLifetime: 600, refreshTokenLifetime: 90 * DAY };
  const opened = await open({ clock: { ahead }, settings });
  await opened.tab.evaluate((by) => e2e.signIn(by).then(() => {}), by);
  const sent = refreshTimes(opened.server).length;
  return { ...opened, refreshes: () => refreshTimes(opened.server).slice(sent) };
};

/** Lets so many minutes pass with a call in each. Tells the answers, and whatever the status was. */
const callEveryMinute = (tab: Tab, minutes: number) =>
  tab.evaluate(async (minutes) => {
    const seen = new Set<unknown>();
    for (let minute = 0; minute < minutes; minute++) {
      await clock.run(60_000);
      seen.add(e2e.session.snapshot.status).add((await e2e.session.fetch('/api/me')).status);
    }
    return [...seen];
  }, minutes);

const gaps = (times: number[]) => times.slice(1).map((time, index) => time - (times[index] ?? 0));

describe.each(['cookie', 'oauth'] as const)('a device with a wrong clock, by %s', (by) => {
  scenario.for([
    ['an hour ahead', HOUR],
    ['an hour behind', -HOUR],
    ['ten minutes ahead', 600],
    ['ten minutes behind', -600],
    ['a day ahead', DAY],
  ])(
    '%s from the first token on: refreshes come on time, and no call carries a dead token',
    async ([, ahead], { open }) => {
      const { server, tab, refreshes } = await start(open, ahead, by);
      expect(await callEveryMinute(tab, 30)).toEqual(['active', 200]);
      expect(refreshes().length).toBeGreaterThanOrEqual(4);
      // Half of it, and a fifth of the window for the spread; the server's times are whole seconds.
      for (const gap of gaps(refreshes())) {
        expect(gap).toBeGreaterThanOrEqual(299);
        expect(gap).toBeLessThanOrEqual(361);
      }
      expect(server.stats().api.rejected).toBe(0);
      const skew = await tab.evaluate(() => e2e.session.snapshot.clockSkew);
      expect(Math.abs((skew ?? 0) + ahead)).toBeLessThanOrEqual(1);
    },
  );
});

describe('a wall clock that is set while the session runs', () => {
  scenario.for([
    ['an hour back', -HOUR, 0],
    // Nothing tells it from a sleep, in which the token would have ended.
    ['an hour on', HOUR, 1],
  ])('%s: at most one refresh for it, and no call carries a dead token', async ([, by, early], { open }) => {
    const { server, tab, refreshes } = await start(open, 0, 'oauth');
    await tab.evaluate(async (by) => {
      await clock.run(30_000);
      clock.setWall(by * 1_000);
    }, by);
    expect(await callEveryMinute(tab, 1)).toEqual(['active', 200]);
    expect(refreshes()).toHaveLength(early);
    expect(await callEveryMinute(tab, 30)).toEqual(['active', 200]);
    for (const gap of gaps(refreshes())) {
      expect(gap).toBeGreaterThanOrEqual(299);
      expect(gap).toBeLessThanOrEqual(361);
    }
    expect(server.stats()).toMatchObject({ api: { rejected: 0 }, reuseDetected: 0 });
  });
});

describe.each([HOUR, -HOUR])('a clock that is wrong by %i s', (ahead) => {
  scenario('does not make every call refresh', async ({ open }) => {
    const { tab, refreshes } = await start(open, ahead, 'oauth');
    const answers = await tab.evaluate(async () => {
      const answers = new Set<number>();
      for (let call = 0; call < 50; call++) answers.add((await e2e.session.fetch('/api/me')).status);
      return [...answers];
    });
    expect(answers).toEqual([200]);
    expect(refreshes()).toEqual([]);
  });

  scenario('keeps no dead token alive where no new one can be had', async ({ open }) => {
    const { server, tab } = await start(open, ahead, 'oauth');
    server.set({ faults: { refresh: '503' } });
    const seen = await tab.evaluate(async () => {
      await clock.run(599_000);
      const before = typeof e2e.session.accessToken;
      await clock.run(2_000);
      return [before, typeof e2e.session.accessToken, e2e.session.snapshot.status];
    });
    expect(seen).toEqual(['string', 'undefined', 'expired']);
  });

  scenario('is allowed for after a reload too', async ({ open }) => {
    const { server, tab } = await start(open, ahead, 'oauth');
    await tab.evaluate(() => e2e.signIn('oauth', { storage: 'local' }).then(() => clock.run(60_000)));
    const sent = server.requests().length;
    await tab.reload();
    const { left, status } = await tab.evaluate(async () => {
      const { snapshot } = await e2e.start('oauth', { storage: 'local' });
      return { left: (snapshot.expiresAt ?? 0) - clock.wall() / 1_000, status: snapshot.status };
    });
    expect(status).toBe('active');
    expect(left).toBeCloseTo(540, -1);
    expect(server.requests()).toHaveLength(sent);
    expect(await callEveryMinute(tab, 20)).toEqual(['active', 200]);
    expect(server.stats().api.rejected).toBe(0);
  });
});
