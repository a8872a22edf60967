// A certified OpenID provider (oidc-provider) in this process: a public client whose refresh tokens rotate, with reuse
// detection, and every origin let in.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import { onTestFinished } from 'vitest';

const CLIENT_ID = 'evertoken';
const SCOPE = 'openid offline_access';

export interface OidcServer {
  readonly url: string;
  /** What a page refreshes by. */
  readonly refresh: { tokenEndpoint: string; clientId: string; revocationEndpoint: string };
  /** The protected resource: it wants a bearer. */
  readonly userInfo: string;
  /** A sign-in's tokens: an opaque access token, a refresh token and an ID token. */
  signIn(
    subject: string,
  ): Promise<{ access_token: string; refresh_token: string; id_token: string; expires_in: number }>;
  readonly counts: Counts;
  /** Keeps the answers of refreshes back from now on, once they are carried out. */
  hold(): void;
  /** Lets the answers go that are kept back. Returns how many there were. */
  release(): number;
}

/** Refreshes asked for, answered by new tokens, refused, and those of them that were a reuse; grants that are revoked. */
interface Counts {
  requests: number;
  generations: number;
  refused: number;
  reuses: number;
  revoked: number;
}

/** One that listens until the test is over. Access tokens live for so many seconds. */
export async function startOidc(lifetime: number): Promise<OidcServer> {
  const http = createServer();
  await once(http.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    http.close();
    http.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const provider = new Provider(url, configuration(lifetime));
  const answer = provider.callback();
  const held: (() => void)[] = [];
  let holds = false;
  http.on('request', (request, response) => {
    if (holds && request.method === 'POST' && request.url === '/token') {
      const end = response.end.bind(response) as (...args: unknown[]) => typeof response;
      response.end = (...args: unknown[]) => {
        held.push(() => end(...args));
        return response;
      };
    }
    answer(request, response);
  });

  const counts: Counts = { requests: 0, generations: 0, refused: 0, reuses: 0, revoked: 0 };
  provider.on('grant.success', () => {
    counts.requests += 1;
    counts.generations += 1;
  });
  provider.on('grant.error', (_, { error_detail }) => {
    counts.requests += 1;
    counts.refused += 1;
    if (error_detail === 'refresh token already used') counts.reuses += 1;
  });
  provider.on('grant.revoked', () => {
    counts.revoked += 1;
  });
  provider.on('server_error', (_, error) => console.error(error));

  return {
    url,
    refresh: { tokenEndpoint: `${url}/token`, clientId: CLIENT_ID, revocationEndpoint: `${url}/token/revocation` },
    userInfo: `${url}/me`,
    counts,
    hold() {
      holds = true;
    },
    release() {
      const kept = held.splice(0);
      for (const goOn of kept) goOn();
      return kept.length;
    },
    async signIn(subject) {
      const client = await provider.Client.find(CLIENT_ID);
      const grant = new provider.Grant({ accountId: subject, clientId: CLIENT_ID });
      grant.addOIDCScope(SCOPE);
      const common = {
        accountId: subject,
        client,
        grantId: await grant.save(),
        gty: 'authorization_code',
        scope: SCOPE,
      };
      // A refresh makes a whole token set of it, and is counted as none.
      const before = { ...counts };
      const body = new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: CLIENT_ID,
        refresh_token: await new provider.RefreshToken(common).save(),
      });
      const answer = await fetch(`${url}/token`, { method: 'POST', body });
      Object.assign(counts, before);
      return (await answer.json()) as Awaited<ReturnType<OidcServer['signIn']>>;
    },
  };
}

function configuration(lifetime: number) {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  return {
    adapter: createMemoryAdapter(),
    clients: [
      {
        client_id: CLIENT_ID,
        redirect_uris: ['http://127.0.0.1/'],
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    clientBasedCORS: () => true,
    rotateRefreshToken: true,
    features: { revocation: { enabled: true }, devInteractions: { enabled: false } },
    findAccount: (_: unknown, subject: string) => ({ accountId: subject, claims: () => ({ sub: subject }) }),
    ttl: { AccessToken: lifetime, RefreshToken: 3600, Grant: 3600, IdToken: lifetime },
    jwks: { keys: [{ ...key, use: 'sig', kid: randomUUID() }] },
    cookies: { keys: [randomUUID()] },
  };
}
