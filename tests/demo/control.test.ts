import { describe, expect, test } from 'vitest';
import { Client, useDemoServer } from './support.js';

const server = useDemoServer({ settings: { refreshTokenLifetime: 900 } });

describe('settings', () => {
  test('are read and changed over HTTP, one by one', async () => {
    const client = new Client(server);
    expect(await client.json('/demo/settings')).toMatchObject({
      tokenLifetime: 20,
      refreshTokenLifetime: 900,
      skew: 0,
    });
    const answer = await client.send('PUT', '/demo/settings', { skew: -90, faults: { refresh: '429' } });
    expect(answer.status).toBe(200);
    expect(await client.json('/demo/settings')).toEqual({
      tokenLifetime: 20,
      refreshTokenLifetime: 900,
      reuseInterval: 0,
      sessionMaximum: null,
      skew: -90,
      faults: {
        refresh: { kind: '429', count: null, retryAfter: 5, retryAfterFormat: 'seconds', delayMs: 3000 },
        signOut: expect.objectContaining({ kind: 'none' }),
        api: expect.objectContaining({ kind: 'none' }),
      },
    });
  });

  test.each([
    [{ tokenLifetime: 0 }, 'tokenLifetime'],
    [{ tokenLifetime: '20' }, 'tokenLifetime'],
    [{ refreshTokenLifetime: null }, 'refreshTokenLifetime'],
    [{ reuseInterval: -1 }, 'reuseInterval'],
    [{ skew: 1.5 }, 'skew'],
    [{ lifetime: 20 }, 'lifetime'],
    [{ skew: 5, faults: { refresh: 'broken' } }, 'fault.kind'],
    [{ skew: 5, faults: { login: '500' } }, 'faults'],
    [{ skew: 5, faults: { refresh: { kind: '500', count: 0 } } }, 'fault.count'],
    [{ skew: 5, faults: null }, 'faults'],
    [[], 'body'],
  ])('that are wrong change nothing: %j', async (patch, named) => {
    const client = new Client(server);
    const before = server.settings;
    const answer = await client.send('PUT', '/demo/settings', patch);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: string }).error).toMatch(new RegExp(`^${named}: `));
    expect(server.settings).toEqual(before);
  });

  test('of the clock are checked too', async () => {
    const client = new Client(server);
    expect(await (await client.send('PUT', '/demo/clock', { offsetMs: 60_000, frozen: true })).json()).toMatchObject({
      offsetMs: 60_000,
      frozen: true,
    });
    expect((await client.send('PUT', '/demo/clock', { offsetMs: 'later' })).status).toBe(400);
    expect((await client.send('PUT', '/demo/clock', { speed: 2 })).status).toBe(400);
    expect((await client.json<{ offsetMs: number }>('/demo/clock')).offsetMs).toBe(60_000);
  });
});

describe('the log', () => {
  test('tells requests in order, without tokens', async () => {
    const client = new Client(server);
    const accessToken = await client.signIn();
    const refreshed = await client.cookieRefresh();
    await client.me(refreshed);
    const grant = await client.passwordGrant();
    await client.refreshGrant(grant.refresh_token);
    await client.fetch('/api/Identity/logout');
    const answer = await client.fetch('/demo/requests');
    const log = await answer.text();
    expect(
      JSON.parse(log).map(({ kind, by, status, outcome }: Record<string, unknown>) => [kind, by, status, outcome]),
    ).toEqual([
      ['sign-in', 'cookie', 200, 'accepted'],
      ['refresh', 'cookie', 200, 'accepted'],
      ['api', null, 200, 'accepted'],
      ['sign-in', 'oauth', 200, 'accepted'],
      ['refresh', 'oauth', 200, 'accepted'],
      ['sign-out', 'cookie', 200, 'accepted'],
    ]);
    for (const secret of [
      accessToken,
      refreshed,
      grant.access_token,
      grant.refresh_token,
      client.cookie?.split('=')[1],
    ]) {
      if (secret) expect(log).not.toContain(secret);
    }
  });

  test('can be narrowed', async () => {
    const client = new Client(server);
    await client.signIn();
    await client.cookieRefresh();
    await client.cookieRefresh();
    const refreshes = await client.json<{ id: number }[]>('/demo/requests?kind=refresh');
    expect(refreshes).toHaveLength(2);
    expect(await client.json(`/demo/requests?after=${refreshes[0]?.id}`)).toEqual([refreshes[1]]);
  });
});

test('revoking ends every session, and leaves access tokens to expire', async () => {
  const client = new Client(server);
  const accessToken = await client.signIn();
  const { refresh_token } = await client.passwordGrant();
  expect(await (await client.fetch('/demo/revoke', { method: 'POST' })).json()).toEqual({ revoked: 2 });
  expect(await client.cookieRefresh()).toBe('');
  expect((await client.refreshGrant(refresh_token)).status).toBe(400);
  expect((await client.me(accessToken)).status).toBe(200);
});

test('a reset forgets everything', async () => {
  const client = new Client(server);
  await client.signIn();
  await client.send('PUT', '/demo/settings', { skew: 10, tokenLifetime: 5 });
  await client.send('PUT', '/demo/clock', { offsetMs: 10, frozen: true });
  await client.fetch('/demo/reset', { method: 'POST' });
  expect(await client.json('/demo/settings')).toMatchObject({ tokenLifetime: 20, refreshTokenLifetime: 900, skew: 0 });
  expect(await client.json('/demo/clock')).toMatchObject({ offsetMs: 0, frozen: false });
  expect(await client.json('/demo/stats')).toMatchObject({ sessions: 0, signIns: { accepted: 0 } });
  expect(await client.json('/demo/requests')).toEqual([]);
});
