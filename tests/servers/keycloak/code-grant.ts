// A sign-in as a person makes it: the code grant with PKCE (RFC 7636), by Keycloak's own page.
import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Open, Tab } from '../../e2e/scenarios/support.js';
import type { Grant, Keycloak } from './server.js';

const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

/** A person who has signed in at Keycloak's own page. */
export async function signedInByCode(open: Open, keycloak: Keycloak) {
  const { server, tab } = await open({ connectTo: [keycloak.url] });
  const [issuer, back] = [keycloak.issuer('usual'), `${server.url}/e2e/`];
  await tab.goto(authorizationUrl(issuer, 'web', back));
  const grant = await exchange(issuer, 'web', await logIn(tab, back));
  return {
    tab,
    back,
    grant,
    /** Back from Keycloak, which asked nobody. */
    async silently(client: string) {
      await tab.goto(authorizationUrl(issuer, client, back, 'none'));
      return cameBack(tab, back);
    },
    signOut: () =>
      tab.evaluate(
        async (settings, tokens) => {
          const session = await e2e.startAt('keycloak', settings);
          session.setTokens(tokens);
          await session.signOut();
        },
        { url: keycloak.url, realm: 'usual', clientId: 'web' },
        grant,
      ),
    /** By Keycloak's sign-out page (OpenID Connect RP-Initiated Logout). */
    leave(idToken: string) {
      const query = { client_id: 'web', id_token_hint: idToken, post_logout_redirect_uri: back };
      return tab.goto(`${issuer}/protocol/openid-connect/logout?${new URLSearchParams(query)}`);
    },
  };
}

/** Where a tab goes to sign in. With the prompt `none` nobody is asked: an SSO session is there, or an error comes back. */
function authorizationUrl(issuer: string, client: string, back: string, prompt?: 'none') {
  const query = new URLSearchParams({
    ...{ client_id: client, response_type: 'code', scope: 'openid', redirect_uri: back },
    ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    ...(prompt && { prompt }),
  });
  return `${issuer}/protocol/openid-connect/auth?${query}`;
}

/** Fills in Keycloak's page, and waits until the tab has come back with a code. */
async function logIn(tab: Tab, back: string): Promise<URL> {
  await tab.evaluate(() => {
    for (const [id, value] of [
      ['username', 'ada'],
      ['password', 'demo'],
    ] as const)
      (document.getElementById(id) as HTMLInputElement).value = value;
    setTimeout(() => document.querySelector('form')?.requestSubmit());
  });
  return cameBack(tab, back);
}

/** Where a tab is, once it is back and its page has loaded. */
async function cameBack(tab: Tab, back: string): Promise<URL> {
  const address = () => tab.evaluate(() => (document.readyState === 'complete' ? location.href : '')).catch(() => '');
  await expect.poll(address).toContain(`${back}?`);
  return new URL(await address());
}

/** The tokens for the code that the tab has come back with. */
export async function exchange(
  issuer: string,
  client: string,
  { origin, pathname, searchParams }: URL,
): Promise<Grant> {
  const form = {
    grant_type: 'authorization_code',
    code: searchParams.get('code') ?? '',
    redirect_uri: origin + pathname,
  };
  const answer = await fetch(`${issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: client, code_verifier: verifier, ...form }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Grant;
}
