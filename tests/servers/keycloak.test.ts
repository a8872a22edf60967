// What a Keycloak answers, and what becomes of it in the page.
import { expect } from 'vitest';
import { beginRefresh, snapshots, told, until } from '../e2e/scenarios/tabs.js';
import { exchange, signedInByCode } from './keycloak/code-grant.js';
import { startProxy } from './keycloak/proxy.js';
import { scenario, seconds, signedIn } from './keycloak/support.js';

const granted = { status: 200, error: undefined };
const refused = { status: 400, error: 'invalid_grant' };

scenario('keycloak 1: an answer without a refresh token keeps the old one', async ({ open, keycloak }) => {
  // Keycloak itself always brings a new one; and only where reuse is no fault may the old one come again.
  const proxy = await startProxy(keycloak.url);
  const { tab, events, refreshes, snapshot } = await signedIn(open, keycloak, 'reusable', { url: proxy.url });
  proxy.manner = 'no refresh token';
  for (let time = 0; time < 3; time++) await tab.evaluate(() => e2e.session.refresh().then(() => {}));
  expect(await snapshot()).toMatchObject({ status: 'active', generation: 4 });
  expect(refreshes()).toEqual({ granted: 3, refused: 0 });
  const presented = events().map(({ refreshToken }) => refreshToken);
  expect(new Set(presented).size).toBe(1);
});

scenario('keycloak 3: invalid_grant ends the session once, in every tab', async ({ open, keycloak }) => {
  const { tab, tabs, grant, refreshes, ends } = await signedIn(open, keycloak, 'minute', { count: 3 });
  await keycloak.endSession('minute', grant.refresh_token);
  await tab.evaluate(() => e2e.outcome(e2e.session.refresh()));
  await until(tabs, { status: 'ended', reason: 'refresh-rejected' });
  expect(await ends()).toEqual([['refresh-rejected'], ['refresh-rejected'], ['refresh-rejected']]);
  expect(refreshes()).toEqual({ granted: 0, refused: 1 });
  expect((await snapshots(tabs)).map(({ lastFailure }) => lastFailure?.error)).toContain('invalid_grant');
});

scenario(
  'keycloak 3: a refresh token that was used elsewhere ends the session once, in every tab',
  async ({ open, keycloak }) => {
    const { tab, tabs, grant, refreshes, ends } = await signedIn(open, keycloak, 'minute', { count: 3 });
    expect((await keycloak.present('minute', grant.refresh_token)).told).toEqual(granted);
    await tab.evaluate(() => e2e.outcome(e2e.session.refresh()));
    await until(tabs, { status: 'ended', reason: 'refresh-rejected' });
    expect(await ends()).toEqual([['refresh-rejected'], ['refresh-rejected'], ['refresh-rejected']]);
    expect(refreshes()).toEqual({ granted: 1, refused: 1 });
  },
);

scenario.for([500, 502, 503] as const)(
  'keycloak 3: an answer of %i keeps the session, and it recovers',
  async (status, { open, keycloak }) => {
    const proxy = await startProxy(keycloak.url);
    const { tab, tabs, ends, refreshes } = await signedIn(open, keycloak, 'minute', { count: 2, url: proxy.url });
    proxy.manner = status;
    await beginRefresh(tab);
    await expect.poll(async () => (await told(tabs, 'refreshfailed')).flat().length).toBeGreaterThanOrEqual(1);
    expect((await snapshots([tab]))[0]).toMatchObject({ status: 'active', lastFailure: { kind: 'http', status } });
    proxy.manner = 'as it is';
    await until(tabs, { status: 'active', generation: 2 });
    expect(await ends()).toEqual([[], []]);
    expect(refreshes()).toEqual({ granted: 1, refused: 0 });
  },
);

scenario('keycloak 7: a sign-out revokes the refresh token', async ({ open, keycloak }) => {
  const { tab, tabs, grant, ends, events } = await signedIn(open, keycloak, 'minute', { count: 2 });
  await tab.evaluate(() => e2e.session.signOut());
  await until(tabs, { status: 'ended', reason: 'signed-out' });
  expect(await ends()).toEqual([['signed-out'], ['signed-out']]);
  expect(events().map(({ type }) => type)).toEqual(['LOGIN', 'REVOKE_GRANT']);
  expect((await keycloak.present('minute', grant.refresh_token)).told).toEqual(refused);
});

scenario('keycloak 7: a sign-out revokes the refresh token that came last', async ({ open, keycloak }) => {
  const options = { storage: 'session' };
  const { tab, grant } = await signedIn(open, keycloak, 'minute', { options });
  await tab.evaluate(() => e2e.session.refresh().then(() => {}));
  const kept = await tab.evaluate(() => JSON.stringify({ ...sessionStorage }));
  await tab.evaluate(() => e2e.session.signOut());
  const tokens = new Set(kept.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g));
  const isRefreshToken = (jwt: string) => JSON.parse(atob(jwt.split('.')[1] as string)).typ === 'Refresh';
  const last = [...tokens].filter(isRefreshToken);
  expect(last).toHaveLength(1);
  expect(last).not.toContain(grant.refresh_token);
  expect((await keycloak.present('minute', last[0] as string)).told).toEqual(refused);
});

scenario(
  'keycloak 7: a sign-out ends the SSO session of the only application in it',
  { timeout: 120_000 },
  async ({ open, keycloak }) => {
    const person = await signedInByCode(open, keycloak);
    await person.signOut();
    expect((await person.silently('web')).searchParams.get('error')).toBe('login_required');
    expect((await keycloak.present('minute', person.grant.refresh_token)).told).toEqual(refused);
  },
);

scenario(
  'keycloak 7: a sign-out leaves other applications alone, and the way out of all of them is Keycloak’s own',
  { timeout: 120_000 },
  async ({ open, keycloak }) => {
    const { silently, signOut, leave, grant } = await signedInByCode(open, keycloak);
    const other = await exchange(keycloak.issuer('minute'), 'other', await silently('other'));
    await signOut();
    expect((await keycloak.present('minute', grant.refresh_token)).told).toEqual(refused);
    const { told, next = '' } = await keycloak.present('minute', other.refresh_token, 'other');
    expect(told).toEqual(granted);
    // Keycloak asks nobody: it is another sign-in of the same person. What was revoked stays so; its times are whole seconds.
    await seconds(2);
    expect((await silently('web')).searchParams.has('code')).toBe(true);
    expect((await keycloak.present('minute', grant.refresh_token)).told).toEqual(refused);
    await leave(grant.id_token);
    expect((await silently('web')).searchParams.get('error')).toBe('login_required');
    expect((await keycloak.present('minute', next, 'other')).told).toEqual(refused);
  },
);
