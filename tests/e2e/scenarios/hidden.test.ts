import { describe, expect, vi } from 'vitest';
import { refreshTimes, scenario, type Tab } from './support.js';

const MINUTE = 60_000;

const call = (tab: Tab) => tab.evaluate(() => e2e.session.fetch('/api/me').then(({ status }) => status));

describe('a hidden tab', () => {
  scenario(
    'that the browser throttles goes on refreshing, and calls with no dead token',
    { needs: ['hide', 'throttle'] },
    async ({ open }) => {
      // Due after a second, and a slow machine has the rest of the minute.
      const { server, tab, openTab } = await open({ settings: { tokenLifetime: 60 } });
      await tab.evaluate(() =>
        e2e.signIn('oauth', { checkInterval: '1s', refreshWindow: '59s', adaptiveWindow: false }).then(() => {}),
      );
      await openTab();
      await expect.poll(() => tab.evaluate(() => document.visibilityState)).toBe('hidden');
      for (const refreshes of [1, 2, 3]) {
        await vi.waitUntil(() => refreshTimes(server).length >= refreshes);
        expect(await call(tab)).toBe(200);
      }
      expect(server.stats()).toMatchObject({ api: { accepted: 3, rejected: 0 }, reuseDetected: 0 });
      expect(await tab.evaluate(() => e2e.events.map(({ type }) => type))).not.toContain('expired');
    },
  );

  scenario('whose timers fire once a minute at most never holds a dead token', async ({ open }) => {
    const { server, tab } = await open({ clock: true, settings: { tokenLifetime: 300 } });
    const seen = await tab.evaluate(async (minute) => {
      await e2e.signIn('oauth');
      const seen = new Set<unknown>();
      for (let passed = 0; passed < 30; passed++) {
        await clock.run(minute, { throttle: minute });
        seen.add(e2e.session.snapshot.status).add((await e2e.session.fetch('/api/me')).status);
      }
      return [...seen];
    }, MINUTE);
    expect(seen).toEqual(['active', 200]);
    // Once per half lifetime, and up to a minute late.
    expect(refreshTimes(server).length).toBeGreaterThanOrEqual(9);
    expect(refreshTimes(server).length).toBeLessThanOrEqual(12);
    expect(server.stats().api.rejected).toBe(0);
  });

  scenario('that is shown makes a check at once', { needs: ['hide'] }, async ({ open }) => {
    const { server, tab, openTab } = await open({ clock: true, settings: { tokenLifetime: 600 } });
    await tab.evaluate(() => e2e.signIn('oauth').then(() => {}));
    const other = await openTab();
    await expect.poll(() => tab.evaluate(() => document.visibilityState)).toBe('hidden');
    // No timer fires in between, as in a tab that the browser has forgotten for seven minutes.
    await tab.evaluate((ms) => clock.sleep(ms, { mono: true }), 7 * MINUTE);
    expect(refreshTimes(server)).toEqual([]);
    await tab.show();
    await vi.waitUntil(() => refreshTimes(server).length === 1);
    await vi.waitUntil(() => tab.evaluate(() => e2e.session.snapshot.generation === 2));
    await other.close();
    expect(refreshTimes(server)).toHaveLength(1);
  });
});

describe('a frozen tab', () => {
  scenario(
    'that is resumed after the end of its token calls with a new one',
    { needs: ['freeze', 'hide'] },
    async ({ open }) => {
      const { server, tab, openTab } = await open({ settings: { tokenLifetime: 3 } });
      await openTab();
      await tab.evaluate(() => e2e.signIn('oauth', { refreshWindow: '100ms' }).then(() => {}));
      await tab.freeze();
      // Of the token that it holds now: on a slow machine it may have refreshed before.
      const endsAt = await tab.evaluate(() => e2e.session.snapshot.expiresAt ?? 0);
      await vi.waitUntil(() => Date.now() / 1_000 > endsAt + 0.5);
      const sent = refreshTimes(server).length;
      await tab.resume();
      expect(await call(tab)).toBe(200);
      expect(server.stats()).toMatchObject({ api: { accepted: 1, rejected: 0 }, reuseDetected: 0 });
      expect(refreshTimes(server).length).toBeGreaterThan(sent);
    },
  );
});

describe('a page that comes out of the back/forward cache', () => {
  /** Signs in, lets time pass on another page of the tab, and comes back. */
  const away = async (tab: Tab, ms: number, options = {}) => {
    await tab.evaluate(async (options) => {
      addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { persisted }));
      await e2e.signIn('oauth', options);
      await clock.run(0);
      e2e.events.length = 0;
    }, options);
    const here = await tab.evaluate(() => location.href);
    await tab.goto(`${here}&elsewhere`);
    await tab.evaluate((ms) => clock.sleep(ms, { mono: true }), ms);
    await tab.back();
    expect(await tab.evaluate(() => (globalThis as { persisted?: boolean }).persisted)).toBe(true);
  };

  scenario('after the end of its token calls with a new one', { needs: ['bfcache'] }, async ({ open }) => {
    const { server, tab } = await open({ clock: true, settings: { tokenLifetime: 300 } });
    await away(tab, 20 * MINUTE);
    expect(await call(tab)).toBe(200);
    const { status, generation, events } = await tab.evaluate(() => ({
      ...e2e.session.snapshot,
      events: e2e.events.map(({ type }) => type),
    }));
    expect({ status, generation, events }).toEqual({
      status: 'active',
      generation: 2,
      events: ['expired', 'refreshed'],
    });
    expect(server.stats()).toMatchObject({ api: { accepted: 1, rejected: 0 } });
    expect(refreshTimes(server)).toHaveLength(1);
  });

  scenario('after its idle limit has ended', { needs: ['bfcache'] }, async ({ open }) => {
    const { server, tab } = await open({ clock: true, settings: { tokenLifetime: 300 } });
    await away(tab, 20 * MINUTE, { idleTimeout: '15m' });
    expect(await tab.evaluate(() => [typeof e2e.session.accessToken, e2e.session.snapshot.reason])).toEqual([
      'undefined',
      'idle',
    ]);
    await tab.evaluate(() => clock.run(0));
    await vi.waitUntil(() => server.requests({ kind: 'revocation' }).length === 1);
    expect(refreshTimes(server)).toEqual([]);
  });
});
