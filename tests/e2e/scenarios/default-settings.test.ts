import { describe, expect } from 'vitest';
import { type Open, refreshTimes, scenario } from './support.js';

const MINUTE = 60;
const DAY = 86_400;

describe.each(['cookie', 'oauth'] as const)('with the default settings, by %s', (by) => {
  /** Signs in and lets time pass. Tells when each refresh came after the token before it, and the delays of all timers. */
  const over = async (open: Open, seconds: number, tokenLifetime: number | null, options = {}) => {
    const { server, tab } = await open({ clock: true, settings: { tokenLifetime, refreshTokenLifetime: 90 * DAY } });
    const signedInAt = await tab.evaluate(
      async (by, options) => {
        await e2e.signIn(by, options);
        clock.delays.length = 0;
        return clock.now() / 1000;
      },
      by,
      options,
    );
    const before = refreshTimes(server).length;
    await tab.evaluate((ms) => clock.run(ms), seconds * 1000);
    const times = refreshTimes(server).slice(before);
    const ages = times.map((time, index) => time - (times[index - 1] ?? signedInAt));
    const { status, ...timers } = await tab.evaluate(() => ({
      delays: clock.delays,
      pending: clock.pending(),
      status: e2e.session.snapshot.status,
    }));
    expect(status).toBe('active');
    return { ages, ...timers };
  };

  scenario('a 2-hour token is refreshed when under 5 minutes are left, at checks 60 s apart', async ({ open }) => {
    const { ages, delays } = await over(open, 7 * 3600, 7200);
    expect(ages).toHaveLength(3);
    // iat and exp are whole seconds, so a token may be up to a second shorter.
    for (const age of ages) expectBetween(age, 7200 - 5 * MINUTE - 1, 7200 - 4 * MINUTE + 1);
    expect(Math.max(...delays)).toBeLessThanOrEqual(60_000);
    expect(delays.filter((delay) => delay > 59_000).length).toBeGreaterThan(7 * 60 * 0.9);
  });

  scenario('a 5-minute token is refreshed once per half lifetime', async ({ open }) => {
    const { ages } = await over(open, 3600, 300);
    expect(ages.length).toBeGreaterThanOrEqual(20);
    // Spread over a fifth of the window of 150 s.
    for (const age of ages) expectBetween(age, 149, 181);
  });

  scenario('a 5-minute token is refreshed at every check with adaptiveWindow: false', async ({ open }) => {
    const { ages } = await over(open, 3600, 300, { adaptiveWindow: false });
    expect(ages.length).toBeGreaterThanOrEqual(59);
    for (const age of ages) expectBetween(age, 60, 61);
  });

  scenario('a 30-day token sets no early timer', async ({ open }) => {
    const { ages, delays, pending } = await over(open, 5 * DAY, 30 * DAY);
    expect(ages).toEqual([]);
    expect(Math.max(...delays)).toBeLessThanOrEqual(60_000);
    expect(pending).toHaveLength(1);
  });
});

scenario('a token without exp, and no other end in sight, sets no timer at all', async ({ open }) => {
  const { tab, server } = await open({ clock: true, settings: { tokenLifetime: null } });
  await tab.evaluate(() => e2e.signIn('cookie').then(() => clock.run(0)));
  const sent = server.requests().length;
  expect(await tab.evaluate(() => clock.pending())).toEqual([]);
  expect(await tab.evaluate(() => e2e.session.snapshot)).toMatchObject({ status: 'active', refresh: 'idle' });
  await tab.evaluate((ms) => clock.run(ms), 400 * DAY * 1000);
  expect(await tab.evaluate(() => e2e.session.fetch('/api/me').then(({ status }) => status))).toBe(200);
  expect(server.requests()).toHaveLength(sent + 1);
});

function expectBetween(value: number, least: number, most: number) {
  expect(value).toBeGreaterThanOrEqual(least);
  expect(value).toBeLessThanOrEqual(most);
}
