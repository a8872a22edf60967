import { describe, expect, vi } from 'vitest';
import { releaseHeld, scenario } from './support.js';

describe('signing out during a refresh', () => {
  scenario.for(['cookie', 'oauth'] as const)(
    'by %s: it stays signed out, whatever the late answer brings',
    async (by, { open }) => {
      const { server, tab } = await open();
      await tab.evaluate((by) => e2e.signIn(by, { refreshTimeout: '10m' }).then(() => {}), by);
      server.set({ faults: { refresh: { kind: 'hold', count: 1 } } });
      const refreshing = tab.evaluate(() => e2e.outcome(e2e.session.refresh()));
      await vi.waitUntil(() => server.stats().held === 1);

      const signingOut = tab.evaluate(() => e2e.session.signOut());
      expect(await refreshing).toMatchObject({ code: 'ERR_SESSION_ENDED', reason: 'signed-out' });
      await releaseHeld(server);
      await signingOut;

      const { status, reason, token, events } = await tab.evaluate(() => ({
        ...e2e.session.snapshot,
        token: typeof e2e.session.accessToken,
        events: e2e.events.filter(({ type }) => type === 'ended'),
      }));
      expect({ status, reason, token }).toEqual({ status: 'ended', reason: 'signed-out', token: 'undefined' });
      expect(events).toHaveLength(1);
      await vi.waitUntil(() => server.stats().sessions === 0);
      await tab.reload();
      expect(await tab.evaluate((by) => e2e.start(by).then(({ snapshot }) => snapshot), by)).toMatchObject({
        status: 'ended',
        reason: 'signed-out',
      });
    },
  );
});

describe('a session that the server has revoked', () => {
  scenario.for(['cookie', 'oauth'] as const)(
    'by %s: it ends once, and nothing is sent any more',
    async (by, { open }) => {
      const { server, tab } = await open({ clock: true, settings: { tokenLifetime: 20 } });
      await tab.evaluate((by) => e2e.signIn(by, { checkInterval: '1s' }).then(() => {}), by);
      server.revokeSessions();
      await tab.evaluate(() => clock.run(20_000));
      const ends = () => tab.evaluate(() => e2e.events.filter(({ type }) => type === 'ended'));
      expect(await ends()).toEqual([{ type: 'ended', reason: 'refresh-rejected' }]);

      const sent = server.requests().length;
      await tab.evaluate(() => clock.run(3_600_000));
      expect(await ends()).toHaveLength(1);
      expect(server.requests()).toHaveLength(sent);
      expect(await tab.evaluate(() => [typeof e2e.session.accessToken, clock.pending()])).toEqual(['undefined', []]);
    },
  );
});
