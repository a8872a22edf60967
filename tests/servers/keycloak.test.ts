// What a Keycloak answers, and what becomes of it in the page.
import { expect } from 'vitest';
import { snapshots, told, until } from '../e2e/scenarios/tabs.js';
import { authorizationUrl, cameBack, exchange, logIn } from './keycloak/code-grant.js';
import { startProxy } from './keycloak/proxy.js';
import { scenario, signedIn } from './keycloak/support.js';

scenario('keycloak 1: an answer without a refresh token keeps the old one', async ({ open, keycloak }) => {
  // Keycloak itself always brings a new one; and only where reuse is no fault may the old one come again.
  const proxy = await startProxy(keycloak.url);
  const { tab, grant, refreshes, snapshot } = await signedIn(open, keycloak, 'reusable', { url: proxy.url });
  proxy.manner = 'no refresh token';
  for (let time = 0; time < 3; time++) await tab.evaluate(() => e2e.session.refresh().then(() => {}));
  expect(await snapshot()).toMatchObject({ status: 'active', generation: 4 });
  expect(refreshes()).toEqual({ granted: 3, refused: 0 });
  const presented = keycloak.events(grant.session_state).map(({ refreshToken }) => refreshToken);
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

scenario('keycloak 3: a refresh token that was used elsewhere ends the session once, in every tab', async (context) => {
  const { open, keycloak } = context;
  const { tab, tabs, grant, refreshes, ends } = await signedIn(open, keycloak, 'minute', { count: 3 });
  expect(await keycloak.present('minute', grant.refresh_token)).toMatchObject({ status: 200 });
  await tab.evaluate(() => e2e.outcome(e2e.session.refresh()));
  await until(tabs, { status: 'ended', reason: 'refresh-rejected' });
  expect(await ends()).toEqual([['refresh-rejected'], ['refresh-rejected'], ['refresh-rejected']]);
  expect(refreshes()).toEqual({ granted: 1, refused: 1 });
});

scenario.for([500, 502, 503] as const)(
  'keycloak 3: an answer of %i keeps the session, and it recovers',
  async (status, { open, keycloak }) => {
    const proxy = await startProxy(keycloak.url);
    const { tab, tabs, ends, refreshes } = await signedIn(open, keycloak, 'minute', { count: 2, url: proxy.url });
    proxy.manner = status;
    await tab.evaluate(() => e2e.outcome(e2e.session.refresh()));
    await expect.poll(async () => (await told(tabs, 'refreshfailed')).flat().length).toBeGreaterThanOrEqual(1);
    expect((await snapshots([tab]))[0]).toMatchObject({ status: 'active', lastFailure: { kind: 'http', status } });
    proxy.manner = 'as it is';
    await until(tabs, { status: 'active', generation: 2 });
    expect(await ends()).toEqual([[], []]);
    expect(refreshes()).toEqual({ granted: 1, refused: 0 });
  },
);

scenario('keycloak 7: a sign-out revokes the refresh token', async ({ open, keycloak }) => {
  const { tab, tabs, grant, ends } = await signedIn(open, keycloak, 'minute', { count: 2 });
  await tab.evaluate(() => e2e.session.signOut());
  await until(tabs, { status: 'ended', reason: 'signed-out' });
  expect(await ends()).toEqual([['signed-out'], ['signed-out']]);
  expect(keycloak.events(grant.session_state).map(({ type }) => type)).toEqual(['LOGIN', 'REVOKE_GRANT']);
  expect(await keycloak.present('minute', grant.refresh_token)).toMatchObject({ status: 400, error: 'invalid_grant' });
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
  expect(await keycloak.present('minute', last[0] as string)).toMatchObject({ status: 400, error: 'invalid_grant' });
});

scenario.for([
  ['the only one', false],
  ['one of two', true],
] as const)(
  'keycloak 7: what a sign-out leaves of the SSO session where the application is %s of it',
  { timeout: 120_000 },
  async ([, hasOther], { open, keycloak }) => {
    const { server, tab } = await open({ connectTo: [keycloak.url] });
    const [issuer, back] = [keycloak.issuer('minute'), `${server.url}/e2e/`];
    await tab.goto(authorizationUrl(issuer, 'web', back));
    const grant = await exchange(issuer, 'web', await logIn(tab, back));
    const silently = async (client: string) => {
      await tab.goto(authorizationUrl(issuer, client, back, 'none'));
      return cameBack(tab, back);
    };
    const other = hasOther ? await exchange(issuer, 'other', await silently('other')) : undefined;
    await tab.evaluate(
      async (settings, tokens) => {
        const session = await e2e.startAt('keycloak', settings);
        session.setTokens(tokens);
        await session.signOut();
      },
      { url: keycloak.url, realm: 'minute', clientId: 'web' },
      grant,
    );
    console.log(hasOther, (await silently('web')).search.replace(/code=[^&]*/, 'code=…'));
    console.log(await keycloak.present('minute', grant.refresh_token));
    if (other) console.log(await keycloak.present('minute', other.refresh_token, 'other'));
    console.log(keycloak.events(grant.session_state).map(({ type }) => type));
  },
);
