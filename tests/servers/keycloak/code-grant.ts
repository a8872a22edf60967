// A sign-in as a person makes it: the code grant with PKCE (RFC 7636), by Keycloak's own page.
import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Tab } from '../../e2e/scenarios/support.js';
import type { Grant } from './server.js';

const verifier = randomBytes(32).toString('base64url');
const challenge = createHash('sha256').update(verifier).digest('base64url');

/** Where a tab goes to sign in. With the prompt `none` nobody is asked: an SSO session is there, or an error comes back. */
export function authorizationUrl(issuer: string, client: string, back: string, prompt?: 'none') {
  const query = new URLSearchParams({
    ...{ client_id: client, response_type: 'code', scope: 'openid', redirect_uri: back },
    ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    ...(prompt && { prompt }),
  });
  return `${issuer}/protocol/openid-connect/auth?${query}`;
}

/** Fills in Keycloak's page, and waits until the tab has come back with a code. */
export async function logIn(tab: Tab, back: string): Promise<URL> {
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

/** Where a tab is, once it is back. */
export async function cameBack(tab: Tab, back: string): Promise<URL> {
  const address = () => tab.evaluate(() => location.href).catch(() => '');
  await expect.poll(address, { timeout: 20_000 }).toContain(`${back}?`);
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
