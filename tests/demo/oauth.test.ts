import { describe, expect, test } from 'vitest';
import { Client, lifetimeOf, useDemoServer } from './support.js';

const server = useDemoServer();

async function refusal(answer: Promise<Response>): Promise<[number, string]> {
  const response = await answer;
  const { error } = (await response.json()) as { error: string };
  return [response.status, error];
}

describe('the token endpoint', () => {
  test("answers RFC 6749's fields, and forbids to store them", async () => {
    const answer = await new Client(server).token({ grant_type: 'password', username: 'ada', password: 'demo' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(await answer.json()).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 20,
      refresh_token: expect.any(String),
      refresh_expires_in: 1800,
      scope: 'profile',
    });
  });

  test.each<[string, Record<string, string>, number, string]>([
    ['no grant type', {}, 400, 'invalid_request'],
    ['an unknown grant type', { grant_type: 'magic' }, 400, 'unsupported_grant_type'],
    ['another client', { grant_type: 'password', client_id: 'someone' }, 401, 'invalid_client'],
    ['no password', { grant_type: 'password', username: 'ada' }, 400, 'invalid_request'],
    ['a wrong password', { grant_type: 'password', username: 'ada', password: 'x' }, 400, 'invalid_grant'],
    ['no refresh token', { grant_type: 'refresh_token' }, 400, 'invalid_request'],
    ['an unknown refresh token', { grant_type: 'refresh_token', refresh_token: 'x' }, 400, 'invalid_grant'],
    ['a wider scope', { grant_type: 'refresh_token', refresh_token: 'x', scope: 'everything' }, 400, 'invalid_scope'],
  ])('refuses %s', async (_name, form, status, error) => {
    expect(await refusal(new Client(server).token(form))).toEqual([status, error]);
  });

  test('refuses a parameter that comes twice', async () => {
    const body = new URLSearchParams([
      ['client_id', 'evertoken-demo'],
      ['grant_type', 'password'],
      ['grant_type', 'password'],
    ]);
    expect(await refusal(new Client(server).fetch('/oauth/token', { method: 'POST', body }))).toEqual([
      400,
      'invalid_request',
    ]);
  });
});

describe('rotation', () => {
  test('answers a new refresh token each time', async () => {
    const client = new Client(server);
    const first = await client.passwordGrant();
    const second = await client.grant({ grant_type: 'refresh_token', refresh_token: first.refresh_token });
    const third = await client.grant({ grant_type: 'refresh_token', refresh_token: second.refresh_token });
    expect(new Set([first, second, third].map((answer) => answer.refresh_token)).size).toBe(3);
    expect(server.stats()).toMatchObject({
      sessions: 1,
      reuseDetected: 0,
      refreshes: { oauth: { accepted: 2, rejected: 0 } },
    });
  });

  test('ends the whole session when a refresh token is used again', async () => {
    const client = new Client(server);
    const first = await client.passwordGrant();
    const second = await client.grant({ grant_type: 'refresh_token', refresh_token: first.refresh_token });
    expect(await refusal(client.refreshGrant(first.refresh_token))).toEqual([400, 'invalid_grant']);
    expect(await refusal(client.refreshGrant(second.refresh_token))).toEqual([400, 'invalid_grant']);
    expect(server.stats()).toMatchObject({
      sessions: 0,
      reuseDetected: 1,
      refreshes: { oauth: { accepted: 1, rejected: 2 } },
    });
  });

  test('forgives a reuse within the interval of the settings, and none after it', async () => {
    server.setClock({ frozen: true });
    server.set({ reuseInterval: 10 });
    const client = new Client(server);
    const first = await client.passwordGrant();
    await client.refreshGrant(first.refresh_token);
    server.setClock({ advanceMs: 9_000 });
    expect((await client.refreshGrant(first.refresh_token)).status).toBe(200);
    server.setClock({ advanceMs: 1_000 });
    expect(await refusal(client.refreshGrant(first.refresh_token))).toEqual([400, 'invalid_grant']);
    expect(server.stats()).toMatchObject({ sessions: 0, reuseDetected: 1 });
  });

  test('is counted by session: requests, token sets and reuses', async () => {
    const client = new Client(server);
    const ada = await client.passwordGrant('ada');
    await client.passwordGrant('bob');
    await client.refreshGrant(ada.refresh_token);
    await client.refreshGrant(ada.refresh_token);
    await client.refreshGrant('unknown');
    const session = expect.any(String);
    expect(server.sessions()).toEqual([
      { session, requests: 3, generations: 2, reuses: 1 },
      { session, requests: 1, generations: 1, reuses: 0 },
    ]);
  });

  test('leaves the sessions of others alone when one ends', async () => {
    const client = new Client(server);
    const ada = await client.passwordGrant('ada');
    const bob = await client.passwordGrant('bob');
    await client.refreshGrant(ada.refresh_token);
    await client.refreshGrant(ada.refresh_token);
    expect((await client.refreshGrant(bob.refresh_token)).status).toBe(200);
  });
});

describe('lifetimes', () => {
  test('follow the settings', async () => {
    server.set({ tokenLifetime: 7200, refreshTokenLifetime: 86_400 });
    const answer = await new Client(server).passwordGrant();
    expect(answer).toMatchObject({ expires_in: 7200, refresh_expires_in: 86_400 });
    expect(lifetimeOf(answer.access_token)).toBe(7200);
  });

  test('may be none for the access token', async () => {
    server.set({ tokenLifetime: null });
    const answer = await new Client(server).passwordGrant();
    expect(answer).not.toHaveProperty('expires_in');
    expect(lifetimeOf(answer.access_token)).toBeUndefined();
    expect((await new Client(server).me(answer.access_token)).status).toBe(200);
  });

  test("are capped by the session's maximum", async () => {
    server.setClock({ frozen: true });
    server.set({ sessionMaximum: 100, tokenLifetime: 80 });
    const client = new Client(server);
    const first = await client.passwordGrant();
    expect(first).toMatchObject({ expires_in: 80, refresh_expires_in: 100 });
    server.setClock({ advanceMs: 90_000 });
    const second = await client.grant({ grant_type: 'refresh_token', refresh_token: first.refresh_token });
    expect(second.refresh_expires_in).toBe(10);
    expect(second.expires_in).toBeLessThanOrEqual(10);
    server.setClock({ advanceMs: 10_000 });
    expect(await refusal(client.refreshGrant(second.refresh_token))).toEqual([400, 'invalid_grant']);
  });

  test('end a refresh token', async () => {
    server.setClock({ frozen: true });
    server.set({ refreshTokenLifetime: 30 });
    const client = new Client(server);
    const { refresh_token } = await client.passwordGrant();
    server.setClock({ advanceMs: 30_000 });
    expect(await refusal(client.refreshGrant(refresh_token))).toEqual([400, 'invalid_grant']);
    expect(server.stats().reuseDetected).toBe(0);
  });
});

describe('revocation', () => {
  const revoke = (client: Client, form: Record<string, string>) =>
    client.fetch('/oauth/revoke', {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'evertoken-demo', ...form }),
    });

  test('ends the session of a refresh token', async () => {
    const client = new Client(server);
    const { refresh_token } = await client.passwordGrant();
    expect((await revoke(client, { token: refresh_token, token_type_hint: 'refresh_token' })).status).toBe(200);
    expect(await refusal(client.refreshGrant(refresh_token))).toEqual([400, 'invalid_grant']);
    expect(server.stats()).toMatchObject({ sessions: 0, revocations: { accepted: 1, rejected: 0 } });
  });

  test('accepts a token it does not know', async () => {
    expect((await revoke(new Client(server), { token: 'unknown' })).status).toBe(200);
    expect(server.stats().revocations).toMatchObject({ accepted: 0, rejected: 1 });
  });

  test('refuses no token, and another client', async () => {
    expect(await refusal(revoke(new Client(server), {}))).toEqual([400, 'invalid_request']);
    expect(await refusal(revoke(new Client(server), { client_id: 'x', token: 'y' }))).toEqual([401, 'invalid_client']);
  });
});
