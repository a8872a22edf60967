// What a server's administrator wrote, and what is wrong or surprising about it.
import { show } from '../errors.js';
import type { Duration } from '../types.js';
import { parseDuration, parseMinutes } from './duration.js';
import type { Tell } from './findings.js';
import { type Grammar, grammars } from './grammars.js';
import { knownFields, ownDuration, tellMilliseconds } from './options.js';
import { asAPersonReads } from './person.js';
import { inWords } from './time.js';

/** LightNap's section `Jwt`. */
export interface LightNapServer {
  /** Which server it is. */
  name: 'lightnap';
  /** `Jwt.ExpirationMinutes`: a whole number from 5 to 1440. Default 120. */
  expirationMinutes?: number | string | undefined;
  /** `Jwt.Key`. Only its length is looked at. */
  key?: string | undefined;
  /** `Jwt.Issuer`. */
  issuer?: string | undefined;
  /** `Jwt.Audience`. */
  audience?: string | undefined;
}

/** A realm of Keycloak; numbers are seconds, as in a realm file. */
export interface KeycloakServer {
  /** Which server it is. */
  name: 'keycloak';
  /** Access Token Lifespan. Default 300 s. */
  accessTokenLifespan?: Duration | undefined;
  /** SSO Session Idle. Default 1,800 s. */
  ssoSessionIdleTimeout?: Duration | undefined;
  /** SSO Session Max. Default 36,000 s. */
  ssoSessionMaxLifespan?: Duration | undefined;
  /** What the tokens have as `aud`, where there is one. */
  audience?: string | readonly string[] | undefined;
}

/** Open WebUI's environment. */
export interface OpenWebUiServer {
  /** Which server it is. */
  name: 'open-webui';
  /** `JWT_EXPIRES_IN`, as it is written. Default: `'4w'`. */
  jwtExpiresIn?: string | undefined;
  /** `WEBUI_SECRET_KEY`. It is compared with the documented default, and never shown. */
  secretKey?: string | undefined;
}

/** BetterForms' settings. */
export interface BetterFormsServer {
  /** Which server it is. */
  name: 'better-forms';
  /** Token Expiry, as it is written; a number is seconds. Default: nothing, which is 24 hours. */
  tokenExpiry?: number | string | undefined;
  /** The site's domain, which its tokens are locked to. */
  audience?: string | readonly string[] | undefined;
}

/** Any OAuth 2 server. */
export interface OAuthServer {
  /** Which server it is. */
  name: 'oauth';
  /** How long an access token lives. Default: that is not known. */
  accessTokenLifespan?: Duration | undefined;
  /** How long a refresh token lives unused. Default: that is not known. */
  refreshTokenIdleTimeout?: Duration | undefined;
  /** How long a session lives at most. Default: that is not known. */
  sessionMaxLifespan?: Duration | undefined;
  /** What the tokens have as `aud`, where there is one. */
  audience?: string | readonly string[] | undefined;
}

/** A server by its `name`, with the settings of its administrator. */
export type CheckedServer = LightNapServer | KeycloakServer | OpenWebUiServer | BetterFormsServer | OAuthServer;

/** In seconds; what is not known is not there. */
export interface ReadServer {
  readonly lifetime?: number | undefined;
  /** After how long without a refresh its session ends, and how its setting is called. */
  readonly idle?: readonly [seconds: number, setting: string] | undefined;
  readonly maximum?: readonly [seconds: number, setting: string] | undefined;
  /** Whether its tokens can have an audience that is worth a check. */
  readonly hasAudience?: boolean;
  readonly canRefresh: boolean;
}

const readers: {
  readonly [Name in CheckedServer['name']]: (server: Record<string, unknown>, tell: Tell) => ReadServer;
} = {
  lightnap: readLightNap,
  keycloak: readKeycloak,
  'open-webui': readOpenWebUi,
  'better-forms': readBetterForms,
  oauth: readOAuth,
};

/** The names of the servers that are known. */
export const serverNames = Object.keys(readers) as CheckedServer['name'][];

/** The settings of each server, in the order in which they are told. */
export const serverSettings: { readonly [Name in CheckedServer['name']]: readonly string[] } = {
  lightnap: ['expirationMinutes', 'key', 'issuer', 'audience'],
  keycloak: ['accessTokenLifespan', 'ssoSessionIdleTimeout', 'ssoSessionMaxLifespan', 'audience'],
  'open-webui': ['jwtExpiresIn', 'secretKey'],
  'better-forms': ['tokenExpiry', 'audience'],
  oauth: ['accessTokenLifespan', 'refreshTokenIdleTimeout', 'sessionMaxLifespan', 'audience'],
};

export function readServer(server: CheckedServer, tell: Tell): ReadServer | undefined {
  const { name } = Object(server) as CheckedServer;
  if (!serverNames.includes(name)) {
    tell('INVALID_OPTION', 'name', `${show(name)} is not a server that is known; known are ${serverNames.join(', ')}`);
    return undefined;
  }
  return readers[name](knownFields(server, ['name', ...serverSettings[name]], tell), tell);
}

function readLightNap({ expirationMinutes = 120, key, audience }: Record<string, unknown>, tell: Tell): ReadServer {
  if (typeof key === 'string' && key.length < 32) {
    const message = `the key has ${key.length} characters and LightNap wants 32 or more; set a long random Jwt.Key`;
    tell('SIGNING_KEY_TOO_SHORT', 'key', message);
  }
  let lifetime: number | undefined;
  try {
    lifetime = parseMinutes(expirationMinutes as number);
    if (lifetime < 600 || lifetime > 1_800) {
      const message = `${inWords(lifetime)} is taken, and 10 to 30 minutes are recommended for LightNap`;
      tell('LIFETIME_NOT_RECOMMENDED', 'expirationMinutes', message);
    }
  } catch (error) {
    const message = `${(error as Error).message}; with anything else LightNap does not start`;
    tell('LIFETIME_OUT_OF_RANGE', 'expirationMinutes', message);
  }
  return { lifetime, hasAudience: audience !== undefined, canRefresh: true };
}

function readKeycloak(server: Record<string, unknown>, tell: Tell): ReadServer {
  const lifetime = readSpan(server, 'accessTokenLifespan', 300, tell);
  const idle = readSpan(server, 'ssoSessionIdleTimeout', 1_800, tell);
  const maximum = readSpan(server, 'ssoSessionMaxLifespan', 36_000, tell);
  tellOfADay(maximum, 'ssoSessionMaxLifespan', tell);
  return {
    lifetime,
    idle: limit(idle, 'ssoSessionIdleTimeout'),
    maximum: limit(maximum, 'ssoSessionMaxLifespan'),
    hasAudience: server.audience !== undefined,
    canRefresh: true,
  };
}

function readOAuth(server: Record<string, unknown>, tell: Tell): ReadServer {
  const lifetime = readSpan(server, 'accessTokenLifespan', undefined, tell);
  const idle = readSpan(server, 'refreshTokenIdleTimeout', undefined, tell);
  const maximum = readSpan(server, 'sessionMaxLifespan', undefined, tell);
  return {
    lifetime,
    idle: limit(idle, 'refreshTokenIdleTimeout'),
    maximum: limit(maximum, 'sessionMaxLifespan'),
    hasAudience: server.audience !== undefined,
    canRefresh: true,
  };
}

function readOpenWebUi({ jwtExpiresIn = '4w', secretKey }: Record<string, unknown>, tell: Tell): ReadServer {
  if (secretKey === 't0p-s3cr3t') {
    const message = 'the key is the documented default, so anybody can sign tokens; set a long random WEBUI_SECRET_KEY';
    tell('SIGNING_KEY_IS_DEFAULT', 'secretKey', message);
  }
  const lifetime = readWritten(jwtExpiresIn, 'jwtExpiresIn', grammars.openWebUi, tell);
  if (lifetime !== undefined && !isRead(jwtExpiresIn, grammars.openWebUiPanel)) {
    const message = `${show(jwtExpiresIn)} works as a variable; the admin panel would silently keep the old value instead`;
    tell('PANEL_KEEPS_OLD_VALUE', 'jwtExpiresIn', message);
  }
  return { lifetime, canRefresh: false };
}

function readBetterForms({ tokenExpiry = '' }: Record<string, unknown>, tell: Tell): ReadServer {
  const lifetime = readWritten(tokenExpiry, 'tokenExpiry', grammars.betterForms, tell);
  if (typeof tokenExpiry === 'string' && /^\d+$/.test(tokenExpiry)) {
    const inMilliseconds = inWords(Number(tokenExpiry) / 1_000);
    const message = `${show(tokenExpiry)} is documented as seconds, and lasts ${inMilliseconds} where it reaches jsonwebtoken as a string; write a unit, such as "7d"`;
    tell('SECONDS_BECOME_MILLISECONDS', 'tokenExpiry', message);
  }
  return { lifetime, hasAudience: true, canRefresh: false };
}

const limit = (seconds: number | undefined, setting: string) =>
  seconds === undefined ? undefined : ([seconds, setting] as const);

/** A length that is written in our grammar; a text, of digits alone too, as well as a number. */
function readSpan(server: Record<string, unknown>, setting: string, otherwise: number | undefined, tell: Tell) {
  const value = server[setting];
  const seconds = value === undefined ? otherwise : ownDuration(value, setting, tell);
  if (value !== undefined && seconds !== undefined) tellMilliseconds(value, seconds, 300_000, setting, tell);
  return seconds || undefined;
}

/** A length in the server's own grammar, and what it does with it that a person would not expect. */
function readWritten(value: unknown, setting: string, grammar: Grammar, tell: Tell): number | undefined {
  let seconds: number;
  try {
    seconds = parseDuration(value as string, grammar);
  } catch (error) {
    const hint = /^\d+$/.test(String(value)) ? `; for seconds write "${value}s"` : '';
    const message = `${(error as Error).message}${hint}; until then nobody can sign in`;
    tell('UNREADABLE_DURATION', setting, message);
    return undefined;
  }
  if (seconds === Number.POSITIVE_INFINITY) {
    const message = `with ${show(value)} tokens never expire, and a stolen one is good for ever; write a length such as "8h"`;
    tell('NO_EXPIRATION', setting, message);
  }
  if (seconds <= 0) {
    tell(
      'EXPIRED_WHEN_ISSUED',
      setting,
      `with ${show(value)} tokens are expired when they are issued; write a length such as "8h"`,
    );
    return undefined;
  }
  const meant = asAPersonReads(String(value));
  if (value !== '' && seconds !== Number.POSITIVE_INFINITY && meant !== seconds && !/^\d+$/.test(String(value))) {
    const instead = meant === undefined ? '' : `, not ${inWords(meant)}`;
    tell(
      'READ_OTHERWISE',
      setting,
      `${show(value)} is ${inWords(seconds)} for ${grammar.name}${instead}; ${grammar.allowed}`,
    );
  }
  if (grammar === grammars.betterForms) tellMilliseconds(value, seconds, 3_000_000, setting, tell);
  return seconds;
}

export function tellOfADay(maximum: number | undefined, setting: string, tell: Tell) {
  if (maximum === undefined || maximum <= 86_400) return;
  const length = maximum === Number.POSITIVE_INFINITY ? 'no end at all' : inWords(maximum);
  tell(
    'MAXIMUM_OVER_A_DAY',
    setting,
    `it is ${length}, and Auth.it advises against sessions of more than 24 hours; write "24h" or less`,
  );
}

function isRead(value: unknown, grammar: Grammar): boolean {
  try {
    parseDuration(value as string, grammar);
    return true;
  } catch {
    return false;
  }
}
