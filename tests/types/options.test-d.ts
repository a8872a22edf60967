import { expectTypeOf, test } from 'vitest';
import type { startRefreshLoop } from '../../js/index.js';
import type { Options, RefreshFunction, Session } from '../../js/types.js';

declare const start: typeof startRefreshLoop;
const refresh = async () => 'a token';

test('a start brings a session', () => {
  expectTypeOf(start).toEqualTypeOf<(options: Options) => Promise<Session>>();
});

test('what is fine', () => {
  const all: Options[] = [
    { refresh },
    { refresh: () => null },
    {
      refresh: ({ refreshToken, reason, signal }) =>
        fetch(`/r?${refreshToken}&${reason}`, { signal }).then((r) => r.json()),
    },
    { refresh: { endpoint: '/refresh' } },
    {
      refresh: {
        endpoint: new URL('https://app.example/refresh'),
        method: 'GET',
        credentials: 'include',
        headers: async () => ({ 'x-csrf': 'token' }),
        body: new URLSearchParams(),
        read: async (response) => (await response.json()).result,
      },
    },
    { refresh: { tokenEndpoint: '/token', clientId: 'web' } },
    {
      refresh: {
        tokenEndpoint: '/token',
        clientId: 'web',
        scope: 'read',
        extra: { resource: 'https://api.example.com' },
        revocationEndpoint: '/revoke',
      },
    },
    { refresh: false, tokens: 'a token', probe: async ({ signal }) => (await fetch('/me', { signal })).ok },
    { refresh: false, probe: { endpoint: '/me' } },
    { refresh, tokens: { accessToken: 'a', expiresIn: 60, refreshToken: 'r' } },
    {
      refresh,
      tokens: { access_token: 'a', token_type: 'Bearer', expires_in: '60', refresh_token: null, made_up: true },
    },
    { refresh, signOut: ({ reason, signal }) => void [reason, signal] },
    { refresh, signOut: { endpoint: '/logout', method: 'GET' } },
    {
      refresh,
      checkInterval: '60s',
      refreshWindow: 300,
      adaptiveWindow: false,
      refreshTimeout: '10s',
      spread: 'lifetime',
      idleTimeout: Number.POSITIVE_INFINITY,
      idleWarning: '1m',
      activity: 'manual',
      maxSessionLifespan: -1,
      sessionWarning: '5m',
      signedInAt: 1_700_000_000,
      refreshWhileIdle: false,
      expectedAudience: ['api'] as const,
      expectedIssuer: 'https://id.example',
      allowedOrigins: ['https://api.example.com'] as const,
      storage: 'session',
      name: 'shop',
      tabs: false,
      accessTokenFormat: 'jwt',
      signal: new AbortController().signal,
    },
    { refresh, expectedAudience: 'api', idleTimeout: undefined, signal: undefined },
    { refresh, storage: { get: (key) => localStorage.getItem(key), set: async () => {}, remove: () => {} } },
  ];
  expectTypeOf(all).toEqualTypeOf<Options[]>();
});

test('what is not', () => {
  // @ts-expect-error a way to refresh is required
  start({});
  // @ts-expect-error nothing is refreshed by `true`
  start({ refresh: true });
  // @ts-expect-error an option that does not exist
  start({ refresh, refreshWindw: '5m' });
  // @ts-expect-error an OAuth refresh names its client
  start({ refresh: { tokenEndpoint: '/token' } });
  // @ts-expect-error one transport, not two
  start({ refresh: { endpoint: '/refresh', tokenEndpoint: '/token', clientId: 'web' } });
  // @ts-expect-error a probe is for a session that refreshes nothing
  start({ refresh, probe: () => true });
  // @ts-expect-error a forgotten return
  start({ refresh: () => {} });
  // @ts-expect-error a token set holds an access token
  start({ refresh, tokens: { refreshToken: 'r' } });
  // @ts-expect-error not a Date
  start({ refresh, signedInAt: new Date() });
  // @ts-expect-error not one of the stores
  start({ refresh, storage: 'cookie' });
  // @ts-expect-error a list
  start({ refresh, allowedOrigins: 'https://api.example.com' });
});

test('a refresh function may answer at once or later', () => {
  expectTypeOf<() => string>().toExtend<RefreshFunction>();
  expectTypeOf<() => Promise<null>>().toExtend<RefreshFunction>();
  expectTypeOf<() => Promise<{ access_token: string }>>().toExtend<RefreshFunction>();
  expectTypeOf<() => undefined>().not.toExtend<RefreshFunction>();
});
