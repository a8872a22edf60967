import { expectTypeOf, test } from 'vitest';
import type { authIt, KeycloakSettings, keycloak } from '../../js/servers/keycloak.js';
import type { OAuthSettings, oauth, ServerMetadata } from '../../js/servers/oauth.js';
import type { OAuthRefresh, Options } from '../../js/types.js';

declare const ofKeycloak: typeof keycloak;
declare const ofAny: typeof oauth;
declare const defaults: typeof authIt;

test('what a profile makes is spread beside the others', async () => {
  const realm = { url: 'https://login.example.com', realm: 'main', clientId: 'my-app' };
  const all: Options[] = [
    { ...ofKeycloak(realm), refreshWhileIdle: false },
    { ...ofKeycloak({ ...realm, ...defaults }), tokens: 'a token' },
    { ...ofKeycloak({ ...realm, ssoSessionIdleTimeout: '30m', ssoSessionMaxLifespan: 36_000 }) },
    { ...(await ofAny({ issuer: 'https://login.example.com', clientId: 'my-app' })), expectedAudience: 'api' },
  ];
  expectTypeOf(all).toEqualTypeOf<Options[]>();
  expectTypeOf(ofKeycloak(realm).refresh).toEqualTypeOf<OAuthRefresh>();
});

test('settings that are told', () => {
  expectTypeOf<{ url: URL; realm: string; clientId: string }>().toExtend<KeycloakSettings>();
  expectTypeOf<{ issuer: string; clientId: string; scope: string; signal: AbortSignal }>().toExtend<OAuthSettings>();
  expectTypeOf<{ issuer: string; token_endpoint: string; jwks_uri: string }>().toExtend<ServerMetadata>();
});

test('what is wrong', () => {
  // @ts-expect-error a realm has no password grant here
  ofKeycloak({ url: '/', realm: 'main', clientId: 'my-app', password: 'demo' });
  // @ts-expect-error no client
  ofKeycloak({ url: '/', realm: 'main' });
  // @ts-expect-error an issuer is compared as text
  ofAny({ issuer: new URL('https://login.example.com'), clientId: 'my-app' });
  // @ts-expect-error metadata without a token endpoint
  ofAny({ issuer: 'https://login.example.com', clientId: 'my-app', metadata: { issuer: 'https://login.example.com' } });
});
