/**
 * A length of time: a number of **seconds** (as in a JWT, not milliseconds), or a string such as `'500ms'`, `'90s'`,
 * `'5m'`, `'1h30m'`, `'7d'`, `'2w'`, decimals allowed. `-1` and `Infinity` are never.
 *
 * Anything else is an `EvertokenError`: `ERR_INVALID_OPTION`, naming the option, or from `parseDuration`
 * `ERR_INVALID_DURATION`.
 */
export type Duration = number | string;

/**
 * What a sign-in or a refresh brought, in this package's words.
 *
 * A field of the wrong type, or no access token, is `ERR_TOKEN_SET`; a broken JWT is `ERR_TOKEN_MALFORMED`,
 * `ERR_TOKEN_TOO_LARGE` (over 64 KiB), `ERR_TOKEN_PAYLOAD` or `ERR_TOKEN_CLAIM`.
 */
export interface TokenSet {
  /** The access token (RFC 6749, section 1.4). Exactly two dots make it a JWT (RFC 7519), anything else is opaque. */
  accessToken: string;
  /** Lifetime of the access token from now on, in seconds. Default: what the JWT says; else it never expires. */
  expiresIn?: number | undefined;
  /** End of the access token, in epoch seconds. `expiresIn` is the better one: it needs no right clock. */
  expiresAt?: number | undefined;
  /** The refresh token (RFC 6749, section 1.5). Default: the one held before stays. */
  refreshToken?: string | undefined;
  /** Lifetime of the refresh token from now on, in seconds. Default: unknown. */
  refreshExpiresIn?: number | undefined;
  /** End of the refresh token, in epoch seconds. Default: unknown. */
  refreshExpiresAt?: number | undefined;
  /** The ID token (OpenID Connect Core, section 2). Kept for the caller as `session.idToken`. */
  idToken?: string | undefined;
  /** The granted scope, space-separated (RFC 6749, section 3.3). */
  scope?: string | undefined;
}

/** The token endpoint's answer as it came (RFC 6749, section 5.1). Members that are not named here are left alone. */
export interface RawTokenResponse {
  /** The access token. */
  access_token: string;
  /** `Bearer`, in any case (RFC 6750). */
  token_type?: string | undefined;
  /** Lifetime of the access token, in seconds. Some servers send it as a string. */
  expires_in?: number | string | null | undefined;
  /** The refresh token. Default: the one held before stays (RFC 6749, section 6). */
  refresh_token?: string | null | undefined;
  /** Lifetime of the refresh token, in seconds (not in the RFC; some servers send it). */
  refresh_expires_in?: number | string | null | undefined;
  /** The ID token (OpenID Connect Core, section 3.1.3.3). */
  id_token?: string | null | undefined;
  /** The granted scope (RFC 6749, section 3.3). */
  scope?: string | undefined;
  [member: string]: unknown;
}

/** A bare access token, a token set, or the token endpoint's raw answer. */
export type Tokens = string | TokenSet | RawTokenResponse;

/** The registered claims (RFC 7519, section 4.1) and those that this package reads. All times are epoch seconds. */
export interface RegisteredClaims {
  /** Issuer (section 4.1.1). */
  iss?: string;
  /** Subject (section 4.1.2). */
  sub?: string;
  /** Audience (section 4.1.3). */
  aud?: string | string[];
  /** Expiration time (section 4.1.4). */
  exp?: number;
  /** Not before (section 4.1.5). */
  nbf?: number;
  /** Issued at (section 4.1.6). */
  iat?: number;
  /** JWT ID (section 4.1.7). */
  jti?: string;
  /** When the person signed in (OpenID Connect Core, section 2). */
  auth_time?: number;
}

/**
 * The claims of a JWT: the registered ones with their types, all others `unknown`. They are read, **not verified**:
 * good for showing a name, never for a decision that the server should make.
 *
 * @typeParam More - types for claims of your own, on your own word: `Claims<{ roles?: string[] }>`
 */
export type Claims<More extends object = Record<string, unknown>> = RegisteredClaims & More;
