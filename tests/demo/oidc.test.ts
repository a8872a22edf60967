// What the scenarios lean on: the OpenID provider rotates, detects reuse, and counts.
import { expect, test } from 'vitest';
import { startOidc } from '../e2e/oidc.js';

test('the OpenID provider of the scenarios counts refreshes, token sets and reuses', async () => {
  const { refresh, userInfo, signIn, counts } = await startOidc(60);
  const first = await signIn('ada');
  const me = await fetch(userInfo, { headers: { authorization: `Bearer ${first.access_token}` } });
  expect(await me.json()).toEqual({ sub: 'ada' });

  const ask = async (refreshToken: string) => {
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: refresh.clientId,
      refresh_token: refreshToken,
    });
    const answer = await fetch(refresh.tokenEndpoint, { method: 'POST', body });
    return (await answer.json()) as { refresh_token: string; expires_in: number; error?: string };
  };
  const second = await ask(first.refresh_token);
  expect(second.expires_in).toBe(60);
  expect(await ask(first.refresh_token)).toMatchObject({ error: 'invalid_grant' });
  expect(await ask(second.refresh_token)).toMatchObject({ error: 'invalid_grant' });
  expect(counts).toEqual({ requests: 3, generations: 1, refused: 2, reuses: 1, revoked: 1 });
});
