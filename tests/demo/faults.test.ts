import { describe, expect, test, vi } from 'vitest';
import { Client, useDemoServer } from './support.js';

const server = useDemoServer();

const soon = (holds: () => unknown) => vi.waitFor(holds, { interval: 1 });
const refreshLog = () => server.requests({ kind: 'refresh' });

describe('faults that answer', () => {
  test.each([
    ['400', 400],
    ['401', 401],
    ['403', 403],
    ['404', 404],
    ['408', 408],
    ['425', 425],
    ['429', 429],
    ['500', 500],
    ['502', 502],
    ['503', 503],
    ['invalid_grant', 400],
    ['empty', 200],
    ['html', 200],
  ])('%s answers %i for so many requests, and uses no refresh token up', async (kind, status) => {
    const client = new Client(server);
    const { refresh_token } = await client.passwordGrant();
    server.set({ faults: { refresh: { kind, count: 2 } } });
    expect((await client.refreshGrant(refresh_token)).status).toBe(status);
    expect((await client.fetch('/api/Identity/access-token')).status).toBe(status);
    expect(await (await client.refreshGrant(refresh_token)).json()).toHaveProperty('access_token');
    expect(server.stats().refreshes).toMatchObject({ cookie: { faulted: 1 }, oauth: { faulted: 1, accepted: 1 } });
    expect(server.settings.faults.refresh.kind).toBe('none');
  });

  test('invalid_grant is an answer of OAuth, which a plain 400 is not', async () => {
    const client = new Client(server);
    server.set({ faults: { refresh: 'invalid_grant' } });
    expect(await (await client.refreshGrant('any')).json()).toMatchObject({ error: 'invalid_grant' });
    server.set({ faults: { refresh: '400' } });
    expect(await (await client.refreshGrant('any')).text()).toBe('Bad request.');
  });

  test('leave signing in alone', async () => {
    server.set({ faults: { refresh: '500' } });
    expect(await new Client(server).passwordGrant()).toHaveProperty('refresh_token');
    expect(await new Client(server).signIn()).toMatch(/^ey/);
  });

  test('say when to come back', async () => {
    server.setClock({ frozen: true });
    server.set({ faults: { refresh: { kind: '429', retryAfter: 7 } } });
    const client = new Client(server);
    expect((await client.fetch('/api/Identity/access-token')).headers.get('retry-after')).toBe('7');

    server.set({ skew: 600, faults: { refresh: { kind: '503', retryAfter: 90, retryAfterFormat: 'date' } } });
    const { headers } = await client.fetch('/api/Identity/access-token');
    expect(Date.parse(headers.get('retry-after') ?? '') - Date.parse(headers.get('date') ?? '')).toBe(90_000);

    server.set({ faults: { refresh: '500' } });
    expect((await client.fetch('/api/Identity/access-token')).headers.get('retry-after')).toBeNull();
  });
});

describe('faults that do not answer', () => {
  test('drop cuts the connection and uses nothing up', async () => {
    const client = new Client(server);
    const { refresh_token } = await client.passwordGrant();
    server.set({ faults: { refresh: { kind: 'drop', count: 1 } } });
    await expect(client.refreshGrant(refresh_token)).rejects.toThrow();
    expect((await client.refreshGrant(refresh_token)).status).toBe(200);
  });

  test('drop-after has used the refresh token up', async () => {
    const client = new Client(server);
    const { refresh_token } = await client.passwordGrant();
    server.set({ faults: { refresh: { kind: 'drop-after', count: 1 } } });
    await expect(client.refreshGrant(refresh_token)).rejects.toThrow();
    expect((await client.refreshGrant(refresh_token)).status).toBe(400);
    expect(server.stats()).toMatchObject({ reuseDetected: 1, refreshes: { oauth: { accepted: 1, rejected: 1 } } });
    expect(refreshLog()[0]).toMatchObject({ fault: 'drop-after', outcome: 'accepted', status: null });
  });

  test('hang keeps the request until the client gives up', async () => {
    server.set({ faults: { refresh: 'hang' } });
    const gaveUp = new AbortController();
    const hanging = new Client(server).fetch('/api/Identity/access-token', { signal: gaveUp.signal });
    await soon(() => expect(server.stats().refreshes.cookie.faulted).toBe(1));
    expect(refreshLog()[0]).toMatchObject({ fault: 'hang', outcome: 'faulted', status: null, endedAt: null });
    gaveUp.abort();
    await expect(hanging).rejects.toThrow();
    await soon(() => expect(refreshLog()[0]?.endedAt).toEqual(expect.any(Number)));
  });

  test('hold uses the refresh token up and answers when released', async () => {
    const client = new Client(server);
    const { refresh_token } = await client.passwordGrant();
    server.set({ faults: { refresh: { kind: 'hold', count: 1 } } });
    const answer = client.refreshGrant(refresh_token);
    await soon(() => expect(server.stats().held).toBe(1));
    expect(refreshLog()[0]).toMatchObject({ outcome: 'accepted', status: null, endedAt: null });
    expect(await (await client.fetch('/demo/release', { method: 'POST' })).json()).toEqual({ released: 1 });
    expect((await answer).status).toBe(200);
    expect(server.stats().held).toBe(0);
  });

  test('slow answers late', async () => {
    const client = new Client(server);
    await client.signIn();
    server.set({ faults: { refresh: { kind: 'slow', delayMs: 50, count: 1 } } });
    const sentAt = performance.now();
    expect(await client.cookieRefresh()).toMatch(/^ey/);
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(49);
  });
});

test('a closing server cuts hanging requests', async () => {
  const { createDemoServer } = await import('../../examples/demo/server/demo-server.mjs');
  const other = createDemoServer({ settings: { faults: { refresh: 'hang' } } });
  await other.listen(0);
  const hanging = new Client(other).fetch('/api/Identity/access-token').catch(() => 'cut');
  await soon(() => expect(other.stats().refreshes.cookie.faulted).toBe(1));
  await other.close();
  expect(await hanging).toBe('cut');
});
