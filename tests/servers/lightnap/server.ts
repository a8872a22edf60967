// A server after LightNap's contract: what its ASP.NET back end answers, whose .NET cannot run here.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { SignJWT } from 'jose';
import { onTestFinished } from 'vitest';

const COOKIE = 'refreshToken';
const PASSWORD = 'demo';
const CLAIMS = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const ROLE = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role';
const [MINUTE, DAY] = [60_000, 86_400_000];

/** How an endpoint answers: as it is, late, not at all, or by a failure in its place. */
export type Manner = 'as it is' | 'hold' | 'drop' | 'Error' | 'UnexpectedError' | { status: number; text: string };

interface Seen {
  endpoint: string;
  /** Whether the cookie came along. */
  cookie: boolean;
  /** By the server's clock, in seconds. */
  at: number;
}

export type LightNap = Awaited<ReturnType<typeof startLightNap>>;

/** One that listens until the test is over. `now` is its clock, in ms; what is set may be changed at any time. */
export async function startLightNap(now: () => number = Date.now) {
  const settings = { expirationMinutes: 20, issuer: '', audience: 'https://app.example.com' };
  const manners: Record<string, Manner> = {};
  const seen: Seen[] = [];
  const sessions = new Map<string, { login: string; endsAt: number }>();
  const held: (() => void)[] = [];
  const key = new TextEncoder().encode(randomUUID());

  const tokenFor = (login: string) =>
    new SignJWT({
      [`${CLAIMS}/name`]: login,
      [`${CLAIMS}/emailaddress`]: `${login}@example.com`,
      [ROLE]: ['Administrator', 'User'],
    })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(settings.issuer)
      .setAudience(settings.audience)
      .setExpirationTime(Math.floor(now() / 1_000) + settings.expirationMinutes * 60)
      .sign(key);

  const endpoints: Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<object>> = {
    'POST login': async (request, response) => {
      const { login, password, rememberMe } = (await json(request)) as Record<string, string | boolean>;
      if (password !== PASSWORD || typeof login !== 'string')
        return { type: 'Error', errorMessages: ['Invalid login or password.'] };
      if (login === 'unverified') return success({ type: 'EmailVerificationRequired' });
      if (login === 'two-factor') return success({ type: 'TwoFactorRequired' });
      const [id, endsAt] = [randomUUID(), now() + (rememberMe ? 30 * DAY : settings.expirationMinutes * MINUTE)];
      sessions.set(id, { login, endsAt });
      const expires = rememberMe ? `; expires=${new Date(endsAt).toUTCString()}` : '';
      response.setHeader('set-cookie', `${COOKIE}=${id}; path=/; secure; samesite=strict; httponly${expires}`);
      return success({ type: 'AccessToken', accessToken: await tokenFor(login) });
    },
    // The cookie neither rotates nor slides.
    'GET access-token': async (request) => {
      const session = sessions.get(cookieOf(request));
      return success(session && session.endsAt > now() ? await tokenFor(session.login) : '');
    },
    'GET logout': async (request, response) => {
      sessions.delete(cookieOf(request));
      response.setHeader('set-cookie', `${COOKIE}=; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/`);
      return success(true);
    },
  };

  const http = createServer(async (request, response) => {
    const { origin } = request.headers;
    if (origin) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-allow-credentials', 'true');
      response.setHeader('access-control-allow-headers', 'authorization, content-type');
      response.setHeader('vary', 'origin');
    }
    if (request.method === 'OPTIONS') return response.writeHead(204).end();
    const endpoint = request.url?.split('/api/Identity/')[1] ?? '';
    const handle = endpoints[`${request.method} ${endpoint}`];
    if (!handle) return response.writeHead(404).end();
    seen.push({ endpoint, cookie: cookieOf(request) !== '', at: now() / 1_000 });
    const manner = manners[endpoint] ?? 'as it is';
    if (manner === 'drop') return request.socket.destroy();
    if (typeof manner === 'object') return response.writeHead(manner.status).end(manner.text);
    const answer =
      manner === 'Error' || manner === 'UnexpectedError'
        ? { type: manner, errorMessages: [`The ${endpoint} went wrong.`, 'Ask for help.'] }
        : await handle(request, response);
    if (manner === 'hold') await new Promise<void>((go) => held.push(go));
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await once(http.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    http.close();
    http.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  settings.issuer = url;
  return {
    url,
    settings,
    manners,
    sessions,
    /** What has come for an endpoint, oldest first. */
    seen: (endpoint: string) => seen.filter((one) => one.endpoint === endpoint),
    /** What has come, oldest first. */
    order: () => seen.map(({ endpoint }) => endpoint),
    /** Lets the answers go that are held. */
    release: () => {
      for (const go of held.splice(0)) go();
    },
  };
}

const success = (result: unknown) => ({ type: 'Success', result });

function cookieOf({ headers }: IncomingMessage): string {
  return /refreshToken=([\w-]+)/.exec(headers.cookie ?? '')?.[1] ?? '';
}
