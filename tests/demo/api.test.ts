import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { Client, useDemoServer } from './support.js';

const server = useDemoServer();

describe('the protected API', () => {
  test('knows whose token it is', async () => {
    const client = new Client(server);
    const answer = await client.me(await client.signIn('ada'));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ name: 'ada', role: ['User'], tokenExpiresAt: expect.any(Number) });
    expect(server.stats().api).toMatchObject({ accepted: 1, rejected: 0 });
  });

  test('asks for a token', async () => {
    const answer = await new Client(server).me();
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="evertoken demo"');
    expect(server.stats().api).toMatchObject({ rejected: 1, rejectedAs: { missing: 1 } });
  });

  test('tolerates not one second after the end of a token', async () => {
    server.setClock({ frozen: true });
    const client = new Client(server);
    const token = await client.signIn();
    server.setClock({ advanceMs: 19_000 });
    expect((await client.me(token)).status).toBe(200);
    server.setClock({ advanceMs: 1_000 });
    const answer = await client.me(token);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(server.stats().api).toMatchObject({ accepted: 1, rejected: 1, rejectedAs: { expired: 1 } });
  });

  test('refuses a token of another key, and rubbish', async () => {
    const forged = await new SignJWT({ name: 'ada' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(server.url)
      .setAudience('evertoken-demo')
      .setExpirationTime('1h')
      .sign(new Uint8Array(32));
    const client = new Client(server);
    expect((await client.me(forged)).status).toBe(401);
    expect((await client.me('rubbish')).status).toBe(401);
    expect(server.stats().api).toMatchObject({ rejected: 2, rejectedAs: { invalid: 2 } });
  });

  test('answers 401 when told to, for so many calls', async () => {
    server.set({ faults: { api: { kind: '401', count: 2 } } });
    const client = new Client(server);
    const token = await client.signIn();
    const statuses = [];
    for (let call = 0; call < 3; call += 1) statuses.push((await client.me(token)).status);
    expect(statuses).toEqual([401, 401, 200]);
    expect(server.stats().api).toMatchObject({ accepted: 1, rejected: 0, faulted: 2 });
  });
});

describe("the server's clock", () => {
  test.each([3600, -3600])(
    'when it is %i s off, is in the tokens, in the Date header, and in the judgement',
    async (skew) => {
      server.set({ skew });
      const client = new Client(server);
      // In whole seconds, as the header and the token have them.
      const now = () => Math.floor(Date.now() / 1000) + skew;
      const before = now();
      const token = await client.signIn();
      const issued = now();
      const answer = await client.me(token);
      const after = now();
      expect(answer.status).toBe(200);
      const stated = Date.parse(answer.headers.get('date') ?? '') / 1000;
      expect(stated).toBeGreaterThanOrEqual(issued);
      expect(stated).toBeLessThanOrEqual(after);
      const { tokenExpiresAt } = (await answer.json()) as { tokenExpiresAt: number };
      expect(tokenExpiresAt).toBeGreaterThanOrEqual(before + 20);
      expect(tokenExpiresAt).toBeLessThanOrEqual(issued + 20);
    },
  );

  test('keeps sessions when it is set wrong', async () => {
    const client = new Client(server);
    await client.signIn();
    server.set({ skew: 86_400 });
    const token = await client.cookieRefresh();
    expect((await client.me(token)).status).toBe(200);
  });

  test('stands still when frozen, and moves when told to', async () => {
    const { now } = server.setClock({ frozen: true });
    expect(server.setClock({ advanceMs: 7_200_000 }).now).toBe(now + 7_200_000);
    expect(server.setClock({ reachMs: now + 7_500_000 }).now).toBe(now + 7_500_000);
    expect(server.setClock({ reachMs: now }).now).toBe(now + 7_500_000);
    expect(server.setClock({ offsetMs: 0 })).toEqual({ now, stated: now, offsetMs: 0, frozen: true });
  });
});
