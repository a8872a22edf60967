// Limits of one session over many tabs, and tabs that the browser slows down.
import { describe, expect, vi } from 'vitest';
import { scenario, type Tab } from './support.js';
import { handedOut, openTabs, pass, passUntil, SOON, told, until, whoRefreshed } from './tabs.js';

const MINUTE = 60_000;
const IDLE = { clock: true, lifetime: 7200, options: { idleTimeout: '15m', idleWarning: '2m' } };

describe('the idle limit', () => {
  scenario('is not reached in any tab while a person is active in one', async ({ open }) => {
    const { tabs } = await openTabs(open, 3, IDLE);
    for (let minute = 0; minute < 40; minute += 5) {
      await (tabs[2] as Tab).evaluate(() => e2e.session.recordActivity());
      await pass(tabs, 5 * MINUTE);
    }
    await until(tabs, { status: 'active' });
    expect((await told(tabs, 'ended')).flat()).toEqual([]);
  });

  scenario('warns in all tabs, and activity in one takes the warning back in all', async ({ open }) => {
    const { tabs } = await openTabs(open, 3, IDLE);
    // Each has its own clock: what they say to each other at the beginning must not come after the end.
    await pass(tabs, MINUTE);
    await pass(tabs, 13 * MINUTE);
    await expect.poll(async () => (await told(tabs, 'idlewarning')).map(({ length }) => length)).toEqual([1, 1, 1]);
    await (tabs[2] as Tab).press('Shift');
    const cleared = async () => (await told(tabs, 'idlewarningcleared')).map(({ length }) => length);
    await expect
      .poll(async () => {
        await pass(tabs, 1_000);
        return cleared();
      })
      .toEqual([1, 1, 1]);
  });

  scenario('ends the session in all tabs, and the server is told once', async ({ open }) => {
    const { server, tabs } = await openTabs(open, 3, IDLE);
    await pass(tabs, 14 * MINUTE);
    await until(tabs, { status: 'active' });
    await passUntil(tabs, { status: 'ended', reason: 'idle' }, 10_000);
    expect((await told(tabs, 'ended')).flat()).toHaveLength(3);
    await vi.waitUntil(() => server.stats().sessions === 0);
    expect(server.stats().revocations.accepted).toBe(1);
  });

  scenario(
    'is reached though a tab is frozen, which then hands out no token',
    { needs: ['freeze', 'hide'] },
    async ({ open }) => {
      const { server, tabs } = await openTabs(open, 3, IDLE);
      const [frozen, ...others] = tabs as [Tab, ...Tab[]];
      // The frozen one was the last in which somebody was.
      await frozen.evaluate(() => e2e.session.recordActivity());
      await frozen.freeze();
      await pass(others, 14 * MINUTE);
      await passUntil(others, { status: 'ended', reason: 'idle' }, 10_000);
      await vi.waitUntil(() => server.stats().sessions === 0);
      await frozen.evaluate((ms) => clock.skip(ms), 17 * MINUTE);
      await frozen.resume();
      expect(await handedOut(frozen)).toEqual(['undefined', 'idle']);
    },
  );

  scenario('counts from the last activity of all, though the tab of that activity is closed', async ({ open }) => {
    const { tabs } = await openTabs(open, 3, IDLE);
    const [last, ...others] = tabs as [Tab, ...Tab[]];
    await pass(tabs, 5 * MINUTE);
    await last.evaluate(async () => {
      e2e.session.recordActivity();
      await clock.run(0);
    });
    await last.close();
    await pass(others, 14 * MINUTE);
    await until(others, { status: 'active' });
    await passUntil(others, { status: 'ended', reason: 'idle' }, 10_000);
  });

  scenario('is kept by a tab whose activity the others have not heard of', async ({ open }) => {
    const { tabs } = await openTabs(open, 2, IDLE);
    const [one, other] = tabs as [Tab, Tab];
    await pass(tabs, 10 * MINUTE);
    await one.evaluate(() => e2e.session.recordActivity());
    // Nothing runs in the first one meanwhile: the other has to ask before it ends.
    await other.evaluate((ms) => clock.run(ms), 10 * MINUTE);
    await until(tabs, { status: 'active' });
  });
});

scenario(
  'ten hidden tabs, throttled, make one refresh per token',
  { needs: ['hide', 'throttle'] },
  async ({ open }) => {
    const { profile, tabs, counts, call } = await openTabs(open, 10, { options: SOON });
    const hidden = [...tabs];
    await profile.newTab();
    await vi.waitUntil(async () => (await Promise.all(hidden.map(isHidden))).every(Boolean));
    const from = counts().generations;
    // The server is asked, for a question of the driver's may keep a tab awake.
    await vi.waitUntil(() => counts().generations >= from + 3, { interval: 100 });
    const { requests, generations, reuses } = counts();
    expect({ requests, reuses }).toEqual({ requests: generations, reuses: 0 });
    await until(hidden, { generation: from + 4 });
    expect(await Promise.all(hidden.map(call))).toEqual(hidden.map(() => 200));
    for (const who of Object.values(await whoRefreshed(hidden))) expect(who['this-tab']).toBeLessThanOrEqual(1);
  },
);

const isHidden = (tab: Tab) => tab.evaluate(() => document.visibilityState === 'hidden');
