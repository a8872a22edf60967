// What a Keycloak answers, and what becomes of it in the page.
import { describe, expect } from 'vitest';
import type { Tab } from '../e2e/scenarios/support.js';
import { beginRefresh, snapshots, told, until } from '../e2e/scenarios/tabs.js';
import { exchange, signedInByCode } from './keycloak/code-grant.js';
import { startProxy } from './keycloak/proxy.js';
import { scenario, seconds, signedIn } from './keycloak/support.js';

const granted = { status: 200, error: undefined };
const refused = { status: 400, error: 'invalid_grant' };

/** Lets virtual time pass in a page. Keycloak's own goes on as it does, so that there all happens in the same few seconds. */
const run = (tab: Tab, seconds: number) => tab.evaluate((ms) => clock.run(ms), seconds * 1_000);
const refresh = (tab: Tab) => tab.evaluate(() => e2e.session.refresh().then(() => {}));

scenario(
  'keycloak 1: with 300 / 1,800 / 36,000 it refreshes before 300 s, and the new refresh token replaces the old one',
  async ({ open, keycloak }) => {
    const { tab, grant, events, refreshes, snapshot, sinceSignIn } = await signedIn(open, keycloak, 'usual', {
      ahead: 0,
    });
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
    // Half of the token's life, and a fifth of that for the spread.
    await run(tab, 149 - passed);
    expect(await refreshes()).toEqual({ granted: 0, refused: 0 });
    await run(tab, 34 + passed);
    expect(await refreshes()).toEqual({ granted: 1, refused: 0 });
    expect(await snapshot()).toMatchObject({ status: 'active', generation: 2 });
    // With the old one this would be a reuse.
    await refresh(tab);
    expect(await refreshes()).toEqual({ granted: 2, refused: 0 });
    expect(await snapshot()).toMatchObject({ status: 'active', generation: 3 });
    const [brought, first, second] = (await events()).map(({ refreshToken }) => refreshToken);
    expect(first).toBe(brought);
    expect(second).not.toBe(first);
  },
);

scenario('keycloak 1: an answer without a refresh token keeps the old one', async ({ open, keycloak }) => {
  // Keycloak itself always brings a new one; and only where reuse is no fault may the old one come again.
  const proxy = await startProxy(keycloak.url);
  const { tab, events, refreshes, snapshot } = await signedIn(open, keycloak, 'reusable', { url: proxy.url });
  proxy.manner = 'no refresh token';
  for (let time = 0; time < 3; time++) await refresh(tab);
  expect(await snapshot()).toMatchObject({ status: 'active', generation: 4 });
  expect(await refreshes()).toEqual({ granted: 3, refused: 0 });
  const presented = (await events()).map(({ refreshToken }) => refreshToken);
  expect(new Set(presented).size).toBe(1);
});

scenario('keycloak 3: invalid_grant ends the session once, in every tab', async ({ open, keycloak }) => {
  const { tab, tabs, grant, refreshes, ends } = await signedIn(open, keycloak, 'usual', { count: 3 });
  await keycloak.endSession('usual', grant.refresh_token);
  await tab.evaluate(() => e2e.outcome(e2e.session.refresh()));
  await until(tabs, { status: 'ended', reason: 'refresh-rejected' });
  expect(await ends()).toEqual([['refresh-rejected'], ['refresh-rejected'], ['refresh-rejected']]);
  expect(await refreshes()).toEqual({ granted: 0, refused: 1 });
  expect((await snapshots(tabs)).map(({ lastFailure }) => lastFailure?.error)).toContain('invalid_grant');
});

scenario(
  'keycloak 3: a refresh token that was used elsewhere ends the session once, in every tab',
  async ({ open, keycloak }) => {
    const { tab, tabs, grant, refreshes, ends } = await signedIn(open, keycloak, 'usual', { count: 3 });
    expect((await keycloak.present('usual', grant.refresh_token)).told).toEqual(granted);
    await tab.evaluate(() => e2e.outcome(e2e.session.refresh()));
    await until(tabs, { status: 'ended', reason: 'refresh-rejected' });
    expect(await ends()).toEqual([['refresh-rejected'], ['refresh-rejected'], ['refresh-rejected']]);
    expect(await refreshes()).toEqual({ granted: 1, refused: 1 });
  },
);

scenario.for([
  ['an answer of 500', 500, { kind: 'http', status: 500 }],
  ['an answer of 502', 502, { kind: 'http', status: 502 }],
  ['an answer of 503', 503, { kind: 'http', status: 503 }],
  ['a server that is not there', 'break off', { kind: 'network' }],
] as const)('keycloak 3: %s keeps the session, and it recovers', async ([, manner, failure], { open, keycloak }) => {
  const proxy = await startProxy(keycloak.url);
  const { tab, tabs, ends, refreshes } = await signedIn(open, keycloak, 'usual', { count: 2, url: proxy.url });
  proxy.manner = manner;
  await beginRefresh(tab);
  await expect.poll(async () => (await told(tabs, 'refreshfailed')).flat().length).toBeGreaterThanOrEqual(1);
  expect((await snapshots([tab]))[0]).toMatchObject({ status: 'active', lastFailure: failure });
  proxy.manner = 'as it is';
  await until(tabs, { status: 'active', generation: 2 });
  expect(await ends()).toEqual([[], []]);
  expect(await refreshes()).toEqual({ granted: 1, refused: 0 });
});

describe('keycloak 4', () => {
  const options = { refreshWhileIdle: false, checkInterval: '10s' };

  scenario(
    'without activity and with `refreshWhileIdle: false` nothing is sent, and the first touch finds that the server has forgotten the session',
    async ({ open, keycloak }) => {
      const idle = await signedIn(open, keycloak, 'usual', { ahead: 0, options });
      await run(idle.tab, 1_800);
      expect(await idle.refreshes()).toEqual({ granted: 0, refused: 0 });
      // That its idle timeout runs out takes real time, which the long checks have.
      await keycloak.endSession('usual', idle.grant.refresh_token);
      await idle.tab.press('Shift');
      await run(idle.tab, 10);
      await until([idle.tab], { status: 'ended', reason: 'refresh-rejected' });
      expect(await idle.ends()).toEqual([['refresh-rejected']]);
      expect(await idle.snapshot()).toMatchObject({ lastFailure: { status: 400, error: 'invalid_grant' } });
    },
  );

  scenario('with activity the idle timeout begins anew again and again', async ({ open, keycloak }) => {
    const { tab, refreshes, snapshot } = await signedIn(open, keycloak, 'usual', { ahead: 0, options });
    for (let minute = 0; minute < 31; minute++) {
      await tab.evaluate(() => e2e.session.recordActivity());
      await run(tab, 60);
    }
    // At the first touch of each token's second half, which begins after 150 to 180 s.
    const { granted, refused } = await refreshes();
    expect(granted).toBeGreaterThanOrEqual(8);
    expect(granted).toBeLessThanOrEqual(11);
    expect(refused).toBe(0);
    expect(await snapshot()).toMatchObject({ status: 'active', generation: granted + 1 });
  });
});

scenario(
  'keycloak 5: with the server’s maximum as its own the session ends there, and the last minutes see no storm',
  async ({ open, keycloak }) => {
    const { tab, ends, refreshes, snapshot } = await signedIn(open, keycloak, 'minute', {
      ahead: 0,
      settings: { ssoSessionMaxLifespan: 180 },
    });
    await run(tab, 179);
    expect(await snapshot()).toMatchObject({ status: 'active' });
    await run(tab, 2);
    expect(await ends()).toEqual([['max-lifespan']]);
    const { granted, refused } = await refreshes();
    expect(granted).toBeGreaterThanOrEqual(4);
    expect(granted).toBeLessThanOrEqual(6);
    expect(refused).toBe(0);
  },
);

scenario.for([600, -600])(
  'keycloak 6: a client clock %i s off refreshes on time',
  async (ahead, { open, keycloak }) => {
    const { tab, userInfo, refreshes, snapshot, signedInAt } = await signedIn(open, keycloak, 'minute', { ahead });
    const wall = await tab.evaluate(() => clock.wall() / 1_000);
    // Keycloak tells when it issued a token in whole seconds.
    const { clockSkew = Number.NaN } = (await snapshot()) ?? {};
    expect(clockSkew).toBeGreaterThanOrEqual(signedInAt.askedAt - 1 - wall);
    expect(clockSkew).toBeLessThanOrEqual(signedInAt.answeredAt + 1 - wall);
    const statuses = await tab.evaluate(async (url) => {
      const seen: number[] = [];
      for (let call = 0; call < 22; call++) {
        await clock.run(5_000);
        const headers = { authorization: `Bearer ${e2e.session.accessToken}` };
        seen.push((await fetch(url, { headers })).status);
      }
      return seen;
    }, userInfo);
    expect(statuses).toEqual(Array(22).fill(200));
    // In 110 s, at half a token's life of 60 s and up to 6 s later; no more of them because the clock is off.
    expect(await refreshes()).toEqual({ granted: 3, refused: 0 });
    expect((await told([tab], 'expired')).flat()).toEqual([]);
  },
);

scenario('keycloak 7: a sign-out revokes the refresh token', async ({ open, keycloak }) => {
  const { tab, tabs, grant, ends, events } = await signedIn(open, keycloak, 'usual', { count: 2 });
  await tab.evaluate(() => e2e.session.signOut());
  await until(tabs, { status: 'ended', reason: 'signed-out' });
  expect(await ends()).toEqual([['signed-out'], ['signed-out']]);
  expect((await events()).map(({ type }) => type)).toEqual(['LOGIN', 'REVOKE_GRANT']);
  expect((await keycloak.present('usual', grant.refresh_token)).told).toEqual(refused);
});

scenario('keycloak 7: a sign-out revokes the refresh token that came last', async ({ open, keycloak }) => {
  const options = { storage: 'session' };
  const { tab, grant } = await signedIn(open, keycloak, 'usual', { options });
  await refresh(tab);
  const kept = await tab.evaluate(() => JSON.stringify({ ...sessionStorage }));
  await tab.evaluate(() => e2e.session.signOut());
  const tokens = new Set(kept.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g));
  const isRefreshToken = (jwt: string) => JSON.parse(atob(jwt.split('.')[1] as string)).typ === 'Refresh';
  const last = [...tokens].filter(isRefreshToken);
  expect(last).toHaveLength(1);
  expect(last).not.toContain(grant.refresh_token);
  expect((await keycloak.present('usual', last[0] as string)).told).toEqual(refused);
});

scenario('keycloak 7: a sign-out ends the SSO session of the only application in it', async ({ open, keycloak }) => {
  const person = await signedInByCode(open, keycloak);
  await person.signOut();
  expect((await person.silently('web')).searchParams.get('error')).toBe('login_required');
  expect((await keycloak.present('usual', person.grant.refresh_token)).told).toEqual(refused);
});

scenario(
  'keycloak 7: a sign-out leaves other applications alone, and the way out of all of them is Keycloak’s own',
  async ({ open, keycloak }) => {
    const { silently, signOut, leave, grant } = await signedInByCode(open, keycloak);
    const other = await exchange(keycloak.issuer('usual'), 'other', await silently('other'));
    await signOut();
    expect((await keycloak.present('usual', grant.refresh_token)).told).toEqual(refused);
    const { told, next = '' } = await keycloak.present('usual', other.refresh_token, 'other');
    expect(told).toEqual(granted);
    // Keycloak asks nobody: it is another sign-in of the same person. What was revoked stays so; its times are whole seconds.
    await seconds(2);
    expect((await silently('web')).searchParams.has('code')).toBe(true);
    expect((await keycloak.present('usual', grant.refresh_token)).told).toEqual(refused);
    await leave(grant.id_token);
    expect((await silently('web')).searchParams.get('error')).toBe('login_required');
    expect((await keycloak.present('usual', next, 'other')).told).toEqual(refused);
  },
);
