import type { Page } from 'puppeteer-core';
import { describe, expect, vi } from 'vitest';
import { refreshTimes } from './server.js';
import { type Open, test } from './support.js';

describe('signing out during a refresh', () => {
  test.for(['cookie', 'oauth'] as const)(
    'by %s: it stays signed out, whatever the late answer brings',
    async (by, { open }) => {
      const { server, page } = await open();
      await page.evaluate((by) => e2e.signIn(by).then(() => {}), by);
      server.set({ faults: { refresh: { kind: 'hold', count: 1 } } });
      const refreshing = page.evaluate(() => e2e.outcome(e2e.session.refresh()));
      await vi.waitUntil(() => server.stats().held === 1);

      const signingOut = page.evaluate(() => e2e.session.signOut());
      expect(await refreshing).toMatchObject({ code: 'ERR_SESSION_ENDED', reason: 'signed-out' });
      server.release();
      await signingOut;

      const { status, reason, token, events } = await page.evaluate(() => ({
        ...e2e.session.snapshot,
        token: e2e.session.accessToken,
        events: e2e.events.filter(({ type }) => type === 'ended'),
      }));
      expect({ status, reason, token }).toEqual({ status: 'ended', reason: 'signed-out', token: undefined });
      expect(events).toHaveLength(1);
      await vi.waitUntil(() => server.stats().sessions === 0);
      await page.reload();
      expect(await page.evaluate((by) => e2e.start(by).then(({ snapshot }) => snapshot), by)).toMatchObject({
        status: 'ended',
        reason: 'signed-out',
      });
    },
  );
});

describe('a session that the server has revoked', () => {
  test.for(['cookie', 'oauth'] as const)('by %s: it ends once, and nothing is sent any more', async (by, { open }) => {
    const { server, page } = await open({ clock: true });
    await page.evaluate((by) => e2e.signIn(by, { checkInterval: '1s' }).then(() => {}), by);
    server.revokeSessions();
    await page.evaluate(() => clock.run(20_000));
    const ends = () => page.evaluate(() => e2e.events.filter(({ type }) => type === 'ended'));
    expect(await ends()).toEqual([{ type: 'ended', reason: 'refresh-rejected' }]);

    const sent = server.requests().length;
    await page.evaluate(() => clock.run(3_600_000));
    expect(await ends()).toHaveLength(1);
    expect(server.requests()).toHaveLength(sent);
    expect(await page.evaluate(() => [typeof e2e.session.accessToken, clock.pending()])).toEqual(['undefined', []]);
  });
});

describe.each(['cookie', 'oauth'] as const)('a server with a fault, by %s', (by) => {
  const start = async (open: Open) => {
    const opened = await open({ clock: true, settings: { tokenLifetime: 20 } });
    await opened.page.evaluate(
      (by) => e2e.signIn(by, { checkInterval: '1s', refreshTimeout: '1s' }).then(() => {}),
      by,
    );
    const sent = refreshTimes(opened.server).length;
    return { ...opened, refreshes: () => refreshTimes(opened.server).slice(sent) };
  };

  /** Lets time pass second by second, with a call in each, and tells the states that were seen. */
  const calls = (page: Page, seconds: number) =>
    page.evaluate(async (seconds) => {
      const statuses = new Set<string>();
      const answers: number[] = [];
      for (let second = 0; second < seconds; second++) {
        await clock.run(1_000);
        statuses.add(e2e.session.snapshot.status);
        answers.push((await e2e.session.fetch('/api/me')).status);
      }
      return { statuses: [...statuses], answers: [...new Set(answers)], attempts: e2e.session.snapshot.attempts };
    }, seconds);

  test('500: the valid token stays, and the next try brings a new one', async ({ open }) => {
    const { server, page, refreshes } = await start(open);
    server.set({ faults: { refresh: { kind: '500', count: 2 } } });
    expect(await calls(page, 19)).toEqual({ statuses: ['active'], answers: [200], attempts: 0 });
    expect(server.stats().api.rejected).toBe(0);
    expect(refreshes()).toHaveLength(3);
    expect(await failures(page)).toEqual([
      { kind: 'http', status: 500, attempt: 1 },
      { kind: 'http', status: 500, attempt: 2 },
    ]);
  });

  test('429 with Retry-After: the valid token stays, and nothing is tried before that time', async ({ open }) => {
    const { server, page, refreshes } = await start(open);
    server.set({ faults: { refresh: { kind: '429', count: 1, retryAfter: 4 } } });
    expect(await calls(page, 19)).toEqual({ statuses: ['active'], answers: [200], attempts: 0 });
    const [refused = Number.NaN, accepted = Number.NaN, ...more] = refreshes();
    expect(more).toEqual([]);
    expect(accepted - refused).toBeGreaterThanOrEqual(4);
    expect(await failures(page)).toEqual([{ kind: 'http', status: 429, attempt: 1 }]);
  });

  test('a hang: the valid token stays, nobody waits, and it recovers when the request is given up', async ({
    open,
  }) => {
    const { server, page, refreshes } = await start(open);
    server.set({ faults: { refresh: { kind: 'hang', count: 1 } } });
    await page.evaluate(() => clock.run(12_000));
    await vi.waitUntil(() => refreshes().length === 1);
    expect(await calls(page, 7)).toEqual({ statuses: ['active'], answers: [200], attempts: 0 });
    const [hung = Number.NaN, accepted = Number.NaN, ...more] = refreshes();
    expect(more).toEqual([]);
    // The request may take three times as long as its callers wait.
    expect(accepted - hung).toBeGreaterThanOrEqual(3);
    expect(await failures(page)).toEqual([{ kind: 'timeout', attempt: 1 }]);
  });

  const failures = (page: Page) =>
    page.evaluate(() =>
      e2e.events
        .filter(({ type }) => type === 'refreshfailed')
        .map(({ kind, status, attempt }) => (status ? { kind, status, attempt } : { kind, attempt })),
    );
});
