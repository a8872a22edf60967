// What takes a real server's own time. The scenarios run side by side.
import { describe, expect, vi } from 'vitest';
import type { Tab } from '../../e2e/scenarios/support.js';
import { told, until } from '../../e2e/scenarios/tabs.js';
import { inRealTime, scenario, seconds, signedIn, startKeycloak } from '../keycloak/support.js';

const timeout = 400_000;

describe.concurrent('in real time', () => {
  scenario(
    'keycloak 1: with 300 / 1,800 / 36,000 it refreshes before 300 s, and the new refresh token replaces the old one',
    { timeout },
    async ({ open, keycloak }) => {
      const { tab, grant, refreshes, snapshot, sinceSignIn } = await signedIn(open, keycloak, 'usual');
      // What is left when Keycloak answers, in whole seconds.
      const { most, least } = sinceSignIn();
      const passed = Math.ceil(most - least);
      for (const [left, whole] of [
        [grant.expires_in, 300],
        [grant.refresh_expires_in, 1_800],
      ] as const) {
        expect(left).toBeGreaterThanOrEqual(whole - passed);
        expect(left).toBeLessThanOrEqual(whole);
      }
      await vi.waitUntil(async () => (await refreshes()).granted === 1, { timeout: 300_000, interval: 500 });
      // Half of the token's life, and a fifth of that for the spread.
      const after = sinceSignIn();
      expect(after.most).toBeGreaterThan(149);
      expect(after.least).toBeLessThan(183);
      await until([tab], { generation: 2 });
      // With the old one this would be a reuse.
      await tab.evaluate(() => e2e.session.refresh().then(() => {}));
      expect(await refreshes()).toEqual({ granted: 2, refused: 0 });
      expect(await snapshot()).toMatchObject({ status: 'active', generation: 3 });
    },
  );

  scenario(
    'keycloak 4: without activity and with `refreshWhileIdle: false` the server’s idle timeout runs out; with activity it never does',
    { timeout },
    async ({ open, keycloak }) => {
      const options = { refreshWhileIdle: false, checkInterval: '10s' };
      const start = (options: object) => signedIn(open, keycloak, 'short-idle', { options });
      const [idle, active, alone] = [await start(options), await start(options), await start({})];
      const presentAfter = async (count: number) => {
        const { refresh_token } = await keycloak.signIn('short-idle');
        await seconds(count);
        return (await keycloak.present('short-idle', refresh_token)).told.status;
      };
      // Keycloak allows for no grace: 60 s are 60 s.
      const atTheEnd = Promise.all([presentAfter(57), presentAfter(62)]);
      for (let second = 0; second < 150; second += 5) {
        await seconds(5);
        await active.tab.press('Shift');
      }
      expect(await atTheEnd).toEqual([200, 400]);
      // Nobody touched it, so nothing was sent; and at the first touch the server has forgotten it.
      expect((await idle.refreshes()).granted).toBe(0);
      await idle.tab.press('Shift');
      await until([idle.tab], { status: 'ended', reason: 'refresh-rejected' });
      expect(await idle.ends()).toEqual([['refresh-rejected']]);
      expect(await idle.snapshot()).toMatchObject({ lastFailure: { status: 400, error: 'invalid_grant' } });
      // Whoever is there stays; and so does a session that is refreshed all the same.
      for (const { refreshes, snapshot } of [active, alone]) {
        expect((await refreshes()).granted).toBeGreaterThanOrEqual(6);
        expect(await snapshot()).toMatchObject({ status: 'active' });
      }
    },
  );

  scenario(
    'keycloak 5: at the maximum session lifespan the session ends, and the last minutes see no storm',
    { timeout },
    async ({ open, keycloak, task }) => {
      const server = await signedIn(open, keycloak, 'short-max');
      const ours = await signedIn(open, keycloak, 'short-max', { settings: { ssoSessionMaxLifespan: 180 } });
      const ended = async ({ tab, sinceSignIn }: typeof server) => {
        const isOver = () => tab.evaluate(() => e2e.session.snapshot.status === 'ended');
        await vi.waitUntil(isOver, { timeout: 240_000, interval: 500 });
        return sinceSignIn();
      };
      for (const after of await Promise.all([server, ours].map(ended))) {
        expect(after.most).toBeGreaterThan(178);
        expect(after.least).toBeLessThan(190);
      }
      expect(await server.ends()).toEqual([['refresh-rejected']]);
      // Both ends are in the same second: either may come first.
      expect([['max-lifespan'], ['refresh-rejected']]).toContainEqual((await ours.ends())[0]);
      // Tokens that are due at half of an ever shorter life: a handful of requests, not one at each check.
      const requests = (await keycloak.events('short-max')).filter(({ type }) => type.startsWith('REFRESH_TOKEN'));
      task.meta.numbers = {
        'two sessions at their maximum of 180 s, with 60-second tokens': {
          'refreshes in all': requests.length,
          refused: requests.filter(({ type }) => type === 'REFRESH_TOKEN_ERROR').length,
        },
      };
      expect(requests.length).toBeLessThanOrEqual(2 * 12);
    },
  );

  scenario(
    'keycloak 6: a client clock ten minutes off in either direction refreshes on time',
    { timeout },
    async ({ open, keycloak }) => {
      const lookAt = async (ahead: number) => {
        const { tab, userInfo, refreshes, snapshot } = await signedIn(open, keycloak, 'minute', { ahead });
        const from = performance.now();
        const statuses = await inRealTime(tab, callEachSecond(tab, userInfo, 110));
        const passed = (performance.now() - from) / 1_000;
        expect(statuses).toEqual([200]);
        // At half a token's life, and up to 6 s later; and no more of them because the clock is off.
        const { granted, refused } = await refreshes();
        expect(granted).toBeGreaterThanOrEqual(Math.floor(passed / 38));
        expect(granted).toBeLessThanOrEqual(Math.ceil(passed / 30));
        expect(refused).toBe(0);
        expect((await told([tab], 'expired')).flat()).toEqual([]);
        const { clockSkew = 0 } = (await snapshot()) ?? {};
        // The page's time follows the real one by steps.
        expect(Math.abs(clockSkew + ahead)).toBeLessThanOrEqual(5);
      };
      await Promise.all([lookAt(600), lookAt(-600)]);
    },
  );

  scenario(
    'keycloak 3: stopped for one minute and started again under an open session, nobody is signed out, and it recovers within the backoff bound',
    { timeout },
    async ({ open, keycloak: _, task, onTestFinished }) => {
      const keycloak = await startKeycloak();
      onTestFinished(() => keycloak.close());
      const { tab, tabs, ends, refreshes, userInfo } = await signedIn(open, keycloak, 'minute', { count: 2 });
      await keycloak.stop();
      await seconds(60);
      // The token has ended meanwhile, and nobody hands it out.
      await until(tabs, { status: 'expired' });
      expect(await tab.evaluate(() => typeof e2e.session.accessToken)).toBe('undefined');
      await keycloak.start();
      const from = performance.now();
      await vi.waitUntil(async () => (await refreshes()).granted === 1, { timeout: 90_000, interval: 100 });
      const recovery = (performance.now() - from) / 1_000;
      // A step of the backoff is 60 s at most.
      expect(recovery).toBeLessThan(61);
      await until(tabs, { status: 'active', generation: 2 });
      expect(await ends()).toEqual([[], []]);
      expect(await refreshes()).toEqual({ granted: 1, refused: 0 });
      expect(await tab.evaluate((url) => e2e.session.fetch(url).then(({ status }) => status), userInfo)).toBe(200);
      const failures = (await told(tabs, 'refreshfailed')).flat();
      task.meta.numbers = {
        'Keycloak stopped for 60 s': { 'failed attempts': failures.length, 's until recovery': Math.round(recovery) },
      };
    },
  );
});

/** The answers to calls with the session's token, one each second of real time. */
async function callEachSecond(tab: Tab, url: string, count: number) {
  const statuses = new Set<number>();
  for (let call = 0; call < count; call++) {
    await seconds(1);
    statuses.add(await tab.evaluate((url) => e2e.session.fetch(url).then(({ status }) => status), url));
  }
  return [...statuses];
}
