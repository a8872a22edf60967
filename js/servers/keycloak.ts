import { check } from '../errors.js';
import { isRecord, readFields } from '../names.js';
import type { Duration, OAuthOptions } from '../types.js';
import { readBase } from './address.js';

/** A realm of Keycloak as its administrator wrote it, and the client that the application is. */
export interface KeycloakSettings {
  /** Where Keycloak is, such as `'https://login.example.com'`; before version 17 with `/auth` at its end. */
  url: string | URL;
  /** The realm's name. */
  realm: string;
  /** The client's ID: a public client, which has no secret. */
  clientId: string;
  /** SSO Session Idle, 1 s or more. Without activity for that long the session ends here too. Default: the server's own end alone. */
  ssoSessionIdleTimeout?: Duration | undefined;
  /** SSO Session Max, 1 s or more. The session ends here so long after the sign-in. Default: the server's own end alone. */
  ssoSessionMaxLifespan?: Duration | undefined;
  /** Access Token Lifespan. Nothing needs to be told of it, each token says it. */
  accessTokenLifespan?: Duration | undefined;
}

/** What Auth.it, which is hosted Keycloak, sets where nobody changes it: 300, 1,800 and 36,000 seconds. */
export const authIt = {
  /** 5 minutes. */
  accessTokenLifespan: 300,
  /** 30 minutes. */
  ssoSessionIdleTimeout: 1_800,
  /** 10 hours. */
  ssoSessionMaxLifespan: 36_000,
} as const satisfies Partial<KeycloakSettings>;

/**
 * Options of `startRefreshLoop` for a public client of Keycloak, to be spread beside your own. The sign-in is the code
 * grant with PKCE, which a library for it makes; what it brought goes to `tokens` or `session.setTokens`.
 *
 * Throws `ERR_UNKNOWN_OPTION` and `ERR_INVALID_OPTION`.
 */
export function keycloak(settings: KeycloakSettings): OAuthOptions {
  check(isRecord(settings), 'settings', settings, 'an object with url, realm and clientId');
  const known = ['url', 'realm', 'clientId', 'ssoSessionIdleTimeout', 'ssoSessionMaxLifespan', 'accessTokenLifespan'];
  const { url, realm, clientId, ssoSessionIdleTimeout, ssoSessionMaxLifespan } = readFields(settings, '', known);
  check(typeof realm === 'string' && realm, 'realm', realm, "the realm's name, a string");
  check(typeof clientId === 'string' && clientId, 'clientId', clientId, "the client's ID, a string");
  const issuer = `${readBase(url, 'url')}/realms/${encodeURIComponent(realm)}`;
  const endpoint = (name: string) => `${issuer}/protocol/openid-connect/${name}`;
  return {
    refresh: { tokenEndpoint: endpoint('token'), clientId, revocationEndpoint: endpoint('revoke') },
    expectedIssuer: issuer,
    ...(ssoSessionIdleTimeout !== undefined && { idleTimeout: ssoSessionIdleTimeout as Duration }),
    ...(ssoSessionMaxLifespan !== undefined && { maxSessionLifespan: ssoSessionMaxLifespan as Duration }),
  };
}
