import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, test } from 'vitest';
import { Client, lifetimeOf, useDemoServer } from './support.js';

const server = useDemoServer();

describe('sign-in by cookie', () => {
  test('answers an access token and sets the cookie', async () => {
    const client = new Client(server);
    const answer = await client.send('POST', '/api/Identity/login', {
      login: 'ada',
      password: 'demo',
      rememberMe: false,
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      type: 'Success',
      result: { type: 'AccessToken', accessToken: expect.any(String) },
    });
    expect(client.setCookie).toMatch(/^refreshToken=[0-9a-f-]{36}; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  test('keeps the cookie over the end of the browser when asked to', async () => {
    const client = new Client(server);
    await client.signIn('ada', true);
    expect(client.setCookie).toContain('; Max-Age=2592000');
  });

  test.each([{ login: 'ada', password: 'wrong' }, { login: '', password: 'demo' }, { login: 7, password: 'demo' }, {}])(
    'refuses %o with status 200 and messages',
    async (credentials) => {
      const client = new Client(server);
      const answer = await client.send('POST', '/api/Identity/login', credentials);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ type: 'Error', errorMessages: ['Invalid login or password.'] });
      expect(client.setCookie).toBeUndefined();
    },
  );

  test('signs the claims that a page needs', async () => {
    const token = await new Client(server).signIn('admin');
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' });
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({
      iss: server.url,
      aud: 'evertoken-demo',
      name: 'admin',
      role: ['Administrator', 'User'],
    });
    expect(claims.sub).toMatch(/^[0-9a-f-]{36}$/);
    expect(claims.jti).toMatch(/^[0-9a-f-]{36}$/);
    expect(lifetimeOf(token)).toBe(20);
  });
});

describe('refresh by cookie', () => {
  test('is an empty result, and no error, for someone who is not signed in', async () => {
    const answer = await new Client(server).fetch('/api/Identity/access-token');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ type: 'Success', result: '' });
  });

  test('answers another token of the same user, and leaves the cookie alone', async () => {
    const client = new Client(server);
    const first = await client.signIn();
    const cookie = client.cookie;
    const second = await client.cookieRefresh();
    expect(second).not.toBe(first);
    expect(decodeJwt(second).sub).toBe(decodeJwt(first).sub);
    expect(client.setCookie).toBeUndefined();
    expect(client.cookie).toBe(cookie);
  });

  test('ends with the cookie, which does not slide', async () => {
    server.setClock({ frozen: true });
    server.set({ refreshTokenLifetime: 60 });
    const client = new Client(server);
    await client.signIn();
    server.setClock({ advanceMs: 50_000 });
    expect(await client.cookieRefresh()).not.toBe('');
    server.setClock({ advanceMs: 10_000 });
    expect(await client.cookieRefresh()).toBe('');
  });

  test('keeps users apart', async () => {
    const ada = new Client(server);
    const bob = new Client(server);
    await Promise.all([ada.signIn('ada'), bob.signIn('bob')]);
    expect(decodeJwt(await ada.cookieRefresh()).name).toBe('ada');
    expect(decodeJwt(await bob.cookieRefresh()).name).toBe('bob');
    await ada.fetch('/api/Identity/logout');
    expect(await ada.cookieRefresh()).toBe('');
    expect(await bob.cookieRefresh()).not.toBe('');
  });
});

describe('sign-out', () => {
  test('ends the session and deletes the cookie', async () => {
    const client = new Client(server);
    await client.signIn();
    const cookie = client.cookie;
    expect(await client.json('/api/Identity/logout')).toEqual({ type: 'Success', result: true });
    expect(client.setCookie).toBe('refreshToken=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0');
    client.cookie = cookie;
    expect(await client.cookieRefresh()).toBe('');
    expect(server.stats()).toMatchObject({ sessions: 0, signOuts: { accepted: 1 } });
  });

  test('meets its own faults', async () => {
    server.set({ faults: { signOut: { kind: '503', count: 1 } } });
    const client = new Client(server);
    await client.signIn();
    expect((await client.fetch('/api/Identity/logout')).status).toBe(503);
    expect(await client.cookieRefresh()).not.toBe('');
    expect((await client.fetch('/api/Identity/logout')).status).toBe(200);
    expect(await client.cookieRefresh()).toBe('');
  });
});

describe("a session's maximum", () => {
  test('caps the life of a token and then ends the session', async () => {
    server.set({ tokenLifetime: 300, sessionMaximum: 600 });
    server.setClock({ frozen: true });
    const client = new Client(server);
    expect(lifetimeOf(await client.signIn())).toBe(300);
    server.setClock({ advanceMs: 500_000 });
    const lifetime = lifetimeOf(await client.cookieRefresh());
    expect(lifetime).toBeGreaterThanOrEqual(100);
    expect(lifetime).toBeLessThanOrEqual(101);
    server.setClock({ advanceMs: 100_000 });
    expect(await client.cookieRefresh()).toBe('');
  });
});
