import type { EndReason } from './errors.js';
import type { Claims, Tokens } from './tokens.js';

export type { EndReason, ErrorCode, ErrorDetails } from './errors.js';
export type * from './options.js';
export type * from './tokens.js';

/** Where the wasm comes from: its URL, its bytes, a response that brings them, or a compiled module. */
export type WasmSource = string | URL | BufferSource | Response | WebAssembly.Module;

/** How a refresh failed. All but `rejected` are passing faults: they end nothing and drop no valid token. */
export type RefreshFailureKind = 'network' | 'timeout' | 'http' | 'unreadable' | 'thrown' | 'rejected';

/** The last refresh that failed. */
export interface RefreshFailure {
  /** What happened. */
  readonly kind: RefreshFailureKind;
  /** The HTTP status, where there was one. */
  readonly status?: number | undefined;
  /** The OAuth error code (RFC 6749, section 5.2), where it is a known one. */
  readonly error?: string | undefined;
}

/**
 * The session at one moment: the same frozen object until something in it changes, so it suits React's
 * `useSyncExternalStore`. It holds no token. Times are epoch seconds on this device's clock:
 * `expiresAt - Date.now() / 1000` is what is left.
 */
export interface Snapshot {
  /** `active`: a usable token is held. `expired`: it is not, and recovery goes on. */
  readonly status: 'starting' | 'active' | 'expired' | 'ended';
  /** What refreshing does: `waiting` is for the next try after a failure. */
  readonly refresh: 'idle' | 'in-flight' | 'waiting' | 'offline';
  /** Why the session ended; only with `ended`. */
  readonly reason?: EndReason | undefined;
  /** Goes up by one with every new token set. */
  readonly generation: number;
  /** End of the access token. Absent: unknown, it counts as never. */
  readonly expiresAt?: number | undefined;
  /** When the access token is refreshed. */
  readonly dueAt?: number | undefined;
  /** The next check. */
  readonly nextCheckAt?: number | undefined;
  /** End of the refresh token, where it is known. */
  readonly refreshExpiresAt?: number | undefined;
  /** When the session ends without activity, where there is such a limit. */
  readonly idleEndsAt?: number | undefined;
  /** When the session ends whatever the activity, where there is such a limit. */
  readonly sessionEndsAt?: number | undefined;
  /** The `sub` of the access token (RFC 7519, section 4.1.2), else of the ID token. */
  readonly subject?: string | undefined;
  /** Failed refreshes in a row. */
  readonly attempts: number;
  /** The next try after a failure. */
  readonly retryAt?: number | undefined;
  /** The last failure; gone after a success. */
  readonly lastFailure?: RefreshFailure | undefined;
  /** The server's clock minus this device's, in seconds, as last measured. */
  readonly clockSkew?: number | undefined;
}

type Nothing = Readonly<Record<string, never>>;

/** What each event brings. Times are epoch seconds. Past events are not replayed: read `session.snapshot`. */
export interface SessionEvents {
  /** A session began: a sign-in, or a start that found one. */
  started: Nothing;
  /** A new token set is in hand. */
  refreshed: {
    /** As in the snapshot. */
    readonly generation: number;
    /** Who asked the server for it. */
    readonly by: 'this-tab' | 'another-tab';
    /** End of the access token. Absent: unknown, it counts as never. */
    readonly expiresAt?: number | undefined;
  };
  /** The access token is due, and no new one has come yet. */
  expiring: {
    /** End of the access token. */
    readonly expiresAt: number;
  };
  /** The access token ended before a new one came; recovery goes on. */
  expired: Nothing;
  /** A refresh failed for now. A rejection is an `ended`. */
  refreshfailed: {
    /** What happened. */
    readonly kind: RefreshFailureKind;
    /** The HTTP status, where there was one. */
    readonly status?: number | undefined;
    /** Failed refreshes in a row, this one among them. */
    readonly attempt: number;
    /** The next try. */
    readonly retryAt?: number | undefined;
  };
  /** The session will end for want of activity. Once per approach. */
  idlewarning: {
    /** When it ends. */
    readonly endsAt: number;
  };
  /** Activity came after an `idlewarning`. */
  idlewarningcleared: Nothing;
  /** The session will end whatever the activity. */
  sessionexpiring: {
    /** When it ends. */
    readonly endsAt: number;
    /** What ends it: `maxSessionLifespan`, or the refresh token's own end. */
    readonly because: 'max-lifespan' | 'refresh-token';
  };
  /** The session ended; once, and followed only by a sign-in. */
  ended: {
    /** Why it ended. */
    readonly reason: EndReason;
  };
  /** The server's part of a sign-out failed for now and is tried again. The end itself stands. */
  signoutfailed: {
    /** The HTTP status, where there was one. */
    readonly status?: number | undefined;
    /** Failed attempts in a row, this one among them. */
    readonly attempt: number;
    /** The next try. */
    readonly retryAt: number;
  };
  /** Something that the session wanted is missing; it goes on without. */
  degraded: {
    /**
     * What is missing. `'storage'`: tokens do not outlive the page. `'indexedDB'`: nor do the limits, and tabs know less of
     * each other. `'locks'` (Web Locks), `'channel'` (BroadcastChannel): tabs may refresh side by side, or hear nothing of
     * each other. More may come.
     */
    readonly missing: string;
  };
  /** There is a new snapshot. */
  change: Snapshot;
}

/**
 * A running session. Its methods are bound: `const { fetch } = session` works. After {@link Session.stop} those that
 * need the loop reject (or, where they return nothing, throw) with `ERR_STOPPED`.
 *
 * Tests and adapters may take anything of this shape.
 */
export interface Session {
  /** The access token while a usable one is held, else `undefined`. Never an expired one. Ask for it each time. */
  readonly accessToken: string | undefined;
  /**
   * A usable access token: at once while one is held, else after the refresh under way, up to `refreshTimeout`.
   *
   * Rejects with `ERR_TOKEN_UNAVAILABLE` (none within the wait; see `retryAt`), `ERR_SESSION_ENDED` (see `reason`),
   * `ERR_REFRESH_REENTRANT` (called from inside the refresh function), `ERR_STOPPED`, or `signal.reason`.
   */
  getAccessToken(options?: { readonly signal?: AbortSignal | null | undefined }): Promise<string>;
  /** The claims of the access token in hand, frozen, the same object per token; `undefined` for an opaque one. Not verified. */
  readonly claims: Readonly<Claims> | undefined;
  /** The ID token that came along last. */
  readonly idToken: string | undefined;
  /** The session at this moment. */
  readonly snapshot: Snapshot;
  /** Calls `listener` whenever there is a new snapshot. Returns what unsubscribes. */
  subscribe(listener: () => void): () => void;
  /**
   * Calls `listener` at every such event, after the state has changed. One that throws is reported and harms nothing.
   * Returns what unsubscribes; `signal` does so too.
   */
  on<Type extends keyof SessionEvents>(
    type: Type,
    listener: (detail: SessionEvents[Type]) => void,
    options?: { readonly signal?: AbortSignal | undefined },
  ): () => void;
  /**
   * A sign-in: these tokens, received now, begin a new session. Throws `ERR_TOKEN_SET`, `ERR_TOKEN_MALFORMED`,
   * `ERR_TOKEN_TOO_LARGE`, `ERR_TOKEN_PAYLOAD`, `ERR_TOKEN_CLAIM` or `ERR_TOKEN_REFUSED` and keeps what was there.
   */
  setTokens(tokens: Tokens): void;
  /**
   * Refreshes now and resolves with the new access token; one request for all who ask. With `failedToken`, the token
   * that a server has just refused, it does nothing where a newer one is already held.
   *
   * Rejects as {@link Session.getAccessToken} does.
   */
  refresh(options?: {
    readonly failedToken?: string | undefined;
    readonly signal?: AbortSignal | null | undefined;
  }): Promise<string>;
  /** Makes a check now. A due token is refreshed. */
  check(): void;
  /** Counts as activity: the idle timeout starts over. */
  recordActivity(): void;
  /**
   * As the global `fetch`, with a bearer (RFC 6750, section 2.1) on requests that {@link Session.allows | are allowed}
   * and have no `Authorization` of their own; none after the end. On a 401 it refreshes once and sends once more, unless
   * the body is a stream. A second 401, or the first where no new token can be had, is the caller's.
   *
   * Rejects as `fetch` and {@link Session.getAccessToken} do.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /** Whether a request to this URL gets a bearer: of an allowed origin, and not one of the session's own endpoints. */
  allows(url: string | URL): boolean;
  /**
   * Ends the session at once, as `signed-out`. Resolves when the server's part is done or has failed for now
   * (`signoutfailed` says so). Rejects with `ERR_STOPPED` only.
   */
  signOut(): Promise<void>;
  /**
   * Leaves: nothing new is sent, no listener stays behind, and a request under way has its time (three times
   * `refreshTimeout`) and no more. Nothing is ended. May be called again.
   */
  stop(): void;
}
