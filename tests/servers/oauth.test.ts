// Any server by its issuer: what it says of itself is all that is told.
import { expect } from 'vitest';
import { startOidc } from '../e2e/oidc.js';
import { type Open, scenario as withoutServer } from '../e2e/scenarios/support.js';
import { until } from '../e2e/scenarios/tabs.js';
import { scenario } from './keycloak/support.js';

withoutServer('oauth: oidc-provider by its issuer: sign-in, refresh, rotation, revocation', async ({ open }) => {
  const oidc = await startOidc(600);
  const { tab } = await startedAt(open, oidc.url, { issuer: oidc.url, clientId: oidc.refresh.clientId });
  const grant = await oidc.signIn('ada');
  await tab.evaluate((tokens) => e2e.session.setTokens(tokens), grant);
  await tab.evaluate(refreshTwice);
  expect(oidc.counts).toMatchObject({ requests: 2, generations: 2, reuses: 0, revoked: 0 });
  const call = () => tab.evaluate((url) => e2e.session.fetch(url).then(({ status }) => status), oidc.userInfo);
  expect(await call()).toBe(200);
  await tab.evaluate(() => e2e.session.signOut());
  await until([tab], { status: 'ended', reason: 'signed-out' });
  expect(oidc.counts).toMatchObject({ requests: 2, refused: 0, revoked: 1 });
});

scenario('oauth: Keycloak by its issuer: sign-in, refresh, rotation, revocation', async ({ open, keycloak }) => {
  const settings = { issuer: keycloak.issuer('usual'), clientId: 'web' };
  const before = (await keycloak.events('usual')).length;
  const { tab } = await startedAt(open, keycloak.url, settings);
  const grant = await keycloak.signIn('usual');
  await tab.evaluate((tokens) => e2e.session.setTokens(tokens), grant);
  await tab.evaluate(refreshTwice);
  await tab.evaluate(() => e2e.session.signOut());
  await until([tab], { status: 'ended', reason: 'signed-out' });
  const events = (await keycloak.events('usual')).slice(before);
  expect(events.map(({ type }) => type)).toEqual(['LOGIN', 'REFRESH_TOKEN', 'REFRESH_TOKEN', 'REVOKE_GRANT']);
  expect(new Set(events.slice(0, 2).map(({ refreshToken }) => refreshToken)).size).toBe(1);
  expect(events[2]?.refreshToken).not.toBe(events[1]?.refreshToken);
});

scenario(
  'oauth: a realm that is not there is told, and so is an issuer of another name',
  async ({ open, keycloak }) => {
    const { tab } = await open({ connectTo: [keycloak.url] });
    const discover = (issuer: string) =>
      tab.evaluate((issuer) => e2e.outcome(e2e.startAt('oauth', { issuer, clientId: 'web' })), issuer);
    const { message, ...rest } = await discover(`${keycloak.url}/realms/nobody`);
    expect(rest).toMatchObject({ name: 'EvertokenError', code: 'ERR_DISCOVERY', option: 'issuer' });
    // Keycloak answers 404 to both, without the headers that would let a page see that.
    for (const place of [
      '/realms/nobody/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/realms/nobody',
    ])
      expect(message).toContain(`${keycloak.url}${place}: no answer that may be read (nothing there`);
    // Keycloak is whoever it is called.
    const named = await discover(`${keycloak.url}/realms/usual/`);
    expect(named).toMatchObject({ code: 'ERR_DISCOVERY' });
    expect(named.message).toContain(`its issuer is "${keycloak.issuer('usual')}"`);
  },
);

/** A page with a session at this server, that waits for a sign-in. */
async function startedAt(open: Open, url: string, settings: object) {
  const { tab } = await open({ connectTo: [url] });
  const options = { allowedOrigins: [url] };
  await tab.evaluate((...args) => e2e.startAt('oauth', ...args).then(() => {}), settings, options);
  return { tab };
}

/** Runs in the page. The second one presents what the first one brought. */
async function refreshTwice() {
  await e2e.session.refresh();
  await e2e.session.refresh();
}
