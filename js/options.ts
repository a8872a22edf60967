import type { EndReason } from './errors.js';
import type { Duration, Tokens } from './tokens.js';

/** Why a refresh is made; `unauthorized`: an API answered 401; `requested`: `refresh()` was called. */
export type RefreshReason = 'start' | 'due' | 'expired' | 'retry' | 'requested' | 'unauthorized';

/** What a {@link RefreshFunction} gets. */
export interface RefreshContext {
  /** The refresh token held, where there is one. */
  readonly refreshToken?: string | undefined;
  /** Why this refresh is made. */
  readonly reason: RefreshReason;
  /** Aborted when nobody wants the answer any more. It may be passed to `fetch`. */
  readonly signal: AbortSignal;
}

/**
 * Brings a new token set. `null`, `''` or a thrown {@link RefreshRejected} means that nobody is signed in; anything
 * else that is thrown counts by its `status` or `response.status`, and without one as a passing fault.
 *
 * It must not ask this session for a token: `getAccessToken()` called from inside it is `ERR_REFRESH_REENTRANT`.
 */
export type RefreshFunction = (context: RefreshContext) => Tokens | null | Promise<Tokens | null>;

/** Headers, or a function that makes them for each request (anti-forgery tokens). */
export type HeaderSource = HeadersInit | (() => HeadersInit | Promise<HeadersInit>);

/** A request of the session's own. It is sent with `redirect: 'error'`, `cache: 'no-store'` and no referrer. */
export interface EndpointRequest {
  /** Where to send it: a URL, absolute or relative to the page. Plain http away from loopback is warned of. */
  endpoint: string | URL;
  /** HTTP method. Default `'POST'`, for `probe` `'GET'`. */
  method?: string | undefined;
  /** Whether cookies go along (Fetch standard). Default `'same-origin'`. */
  credentials?: RequestCredentials | undefined;
  /** More headers. Default: none. */
  headers?: HeaderSource | undefined;
  /** The body. Default: none. */
  body?: string | URLSearchParams | FormData | Blob | undefined;
}

/** Refreshing at an endpoint that knows the person by a cookie. */
export interface EndpointRefresh extends EndpointRequest {
  /**
   * Reads the tokens out of the answer. Default: RFC 6749's members, `{ token }`, `{ accessToken }` or a bare JWT.
   * It returns what a {@link RefreshFunction} returns.
   */
  read?: ((response: Response) => Tokens | null | Promise<Tokens | null>) | undefined;
  /** Not here: that is an {@link OAuthRefresh}. */
  tokenEndpoint?: never;
}

/** Refreshing by the OAuth 2 refresh grant of a public client (RFC 6749, section 6). */
export interface OAuthRefresh {
  /** The token endpoint (RFC 6749, section 3.2): a URL, absolute or relative to the page. */
  tokenEndpoint: string | URL;
  /** The client identifier (RFC 6749, section 2.2). */
  clientId: string;
  /** Asks for a narrower scope (RFC 6749, section 6). Default: the scope granted before. */
  scope?: string | undefined;
  /** More form fields, such as `resource` (RFC 8707). Default: none. */
  extra?: Readonly<Record<string, string>> | undefined;
  /** Where refresh tokens are revoked at a sign-out (RFC 7009). Default: they are not. */
  revocationEndpoint?: string | URL | undefined;
  /** Not here: that is an {@link EndpointRefresh}. */
  endpoint?: never;
}

/** What a {@link SignOutFunction} gets. */
export interface SignOutContext {
  /** Why the session ended: signed out, idle, or at its maximum. */
  readonly reason: EndReason;
  /** Aborted when the attempt is given up. It may be passed to `fetch`. */
  readonly signal: AbortSignal;
}

/** Tells the server that the session is over. One that throws is called again later. */
export type SignOutFunction = (context: SignOutContext) => void | Promise<void>;

/** Asks whether the session still lives: `false`, or what it throws with a status of 401 or 403, says that it does not. */
export type ProbeFunction = (context: { readonly signal: AbortSignal }) => boolean | Promise<boolean>;

/** A store of the caller's. Each call may return a promise; writes come one after the other; a throw costs no session. */
export interface TokenStore {
  /** The text under a key, or nothing. */
  get(key: string): string | null | undefined | Promise<string | null | undefined>;
  /** Keeps a text under a key. It holds tokens. */
  set(key: string, value: string): void | Promise<void>;
  /** Removes a key; one that is not there is no error. */
  remove(key: string): void | Promise<void>;
}

/** Options of every session. An unknown one is `ERR_UNKNOWN_OPTION`, a wrong value `ERR_INVALID_OPTION`. */
export interface SharedOptions {
  /** Tokens to start with. Default: what the store holds, else a first refresh. A broken JWT is an error of its own. */
  tokens?: Tokens | null | undefined;
  /** Tells the server about a sign-out, an idle end and a maximum end. Default: it is not told. */
  signOut?: SignOutFunction | EndpointRequest | undefined;
  /** The longest time between two checks, 0.1 s to 1 day. Default `'60s'`. */
  checkInterval?: Duration | undefined;
  /** A token is refreshed when less than this is left of it, 0 to 365 days. Default `'5m'`. */
  refreshWindow?: Duration | undefined;
  /** Never lets the refresh window be longer than half a token's lifetime. Default `true`. */
  adaptiveWindow?: boolean | undefined;
  /** How long callers wait for a refresh, 0.1 s to 10 min. The request itself may take three times as long. Default `'10s'`. */
  refreshTimeout?: Duration | undefined;
  /** How refreshes of many clients are spread: over the refresh window, or (large fleets) the lifetime. Default `'window'`. */
  spread?: 'window' | 'lifetime' | undefined;
  /** Ends the session after this long without activity, 1 s or more. Default: never. */
  idleTimeout?: Duration | undefined;
  /** How long before an idle end `idlewarning` fires. Default 60 s, but at most half of `idleTimeout`. */
  idleWarning?: Duration | undefined;
  /** What counts as activity: a person's input, or only `recordActivity()`. Default `'input'`. */
  activity?: 'input' | 'manual' | undefined;
  /** Ends the session this long after the sign-in, whatever the activity, 1 s or more. Default: never. */
  maxSessionLifespan?: Duration | undefined;
  /** How long before its end `sessionexpiring` fires. Default 5 min, but at most half of `maxSessionLifespan`. */
  sessionWarning?: Duration | undefined;
  /** When the person signed in, in epoch seconds. Default: the token's `auth_time`, else the first token. */
  signedInAt?: number | undefined;
  /** Refreshes while nobody is active. `false` lets the server's own idle timeout run. Default `true`. */
  refreshWhileIdle?: boolean | undefined;
  /** A token whose `aud` (RFC 7519, section 4.1.3) is none of these ends the session as `token-refused`. Default: any. */
  expectedAudience?: string | readonly string[] | undefined;
  /** A token of another `iss` (RFC 7519, section 4.1.1) ends the session as `token-refused`. Default: any. */
  expectedIssuer?: string | undefined;
  /**
   * The origins whose requests `session.fetch` gives a bearer, such as `['https://api.example.com']`: http or https,
   * without a path or `*`. Default: the page's own origin; none where there is no page.
   */
  allowedOrigins?: readonly string[] | undefined;
  /**
   * Where the tokens lie: in memory (safest against XSS; gone at a reload), sessionStorage, localStorage, or a store
   * of yours. Default `'memory'`.
   */
  storage?: 'memory' | 'session' | 'local' | TokenStore | undefined;
  /**
   * Name of the session: tabs of one origin with the same name share it, and it lies under that name in its store. Default:
   * derived from the endpoint, `'default'` for a function.
   */
  name?: string | undefined;
  /**
   * Whether all tabs of the origin share the session: one refresh per token, one idle timeout, one sign-out. `false`: each
   * has its own. In Node each session is on its own. Default `true`.
   */
  tabs?: boolean | undefined;
  /** Whether the access token is read as a JWT. `'auto'`: where it has exactly two dots. Default `'auto'`. */
  accessTokenFormat?: 'auto' | 'jwt' | 'opaque' | undefined;
  /** Stops the loop when aborted, as `session.stop()` does; before the start it rejects with `signal.reason`. */
  signal?: AbortSignal | undefined;
}

/** A session that refreshes its token. */
export interface RefreshingOptions extends SharedOptions {
  /** How a new token set is had. Required. */
  refresh: RefreshFunction | EndpointRefresh | OAuthRefresh;
  /** Only with `refresh: false`. */
  probe?: undefined;
}

/** A session that refreshes by the OAuth 2 refresh grant: what the profiles of such servers make. */
export interface OAuthOptions extends RefreshingOptions {
  /** How a new token set is had. */
  refresh: OAuthRefresh;
}

/** A session that lives as long as its token. Without a token it is `signed-out`; at the token's end `token-expired`. */
export interface FixedOptions extends SharedOptions {
  /** Nothing is refreshed. */
  refresh: false;
  /** Asked on a 401 before the session ends. Default: it ends. */
  probe?: ProbeFunction | EndpointRequest | undefined;
}

/** Options of `startRefreshLoop`, read once as own properties. */
export type Options = RefreshingOptions | FixedOptions;
