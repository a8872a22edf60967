/** Why a session ended. */
export type EndReason =
  | 'signed-out'
  | 'idle'
  | 'max-lifespan'
  | 'refresh-rejected'
  | 'token-expired'
  | 'token-refused'
  | 'replaced';

/** Every code that an {@link EvertokenError} may have. */
export type ErrorCode =
  /** An option that does not exist; the message names the nearest one that does. */
  | 'ERR_UNKNOWN_OPTION'
  /** An option of a wrong type or value. */
  | 'ERR_INVALID_OPTION'
  /** A duration that cannot be read. */
  | 'ERR_INVALID_DURATION'
  /** A JWT that cannot be split or decoded (RFC 7519, section 7.2). */
  | 'ERR_TOKEN_MALFORMED'
  /** A token over 64 KiB. */
  | 'ERR_TOKEN_TOO_LARGE'
  /** A JWT whose payload is no JSON object. */
  | 'ERR_TOKEN_PAYLOAD'
  /** A registered claim of the wrong type (RFC 7519, section 4.1). */
  | 'ERR_TOKEN_CLAIM'
  /** A token set without an access token, or with a field of the wrong type. */
  | 'ERR_TOKEN_SET'
  /** A JWT of another audience or issuer than expected. */
  | 'ERR_TOKEN_REFUSED'
  /** No usable token within the wait; `retryAt` is the next try. */
  | 'ERR_TOKEN_UNAVAILABLE'
  /** The session has ended; `reason` says why. */
  | 'ERR_SESSION_ENDED'
  /** The refresh function asked its own session for a token. */
  | 'ERR_REFRESH_REENTRANT'
  /** The session was stopped. */
  | 'ERR_STOPPED'
  /** WebAssembly is off, forbidden by the page's policy, or could not be loaded. */
  | 'ERR_WASM_UNAVAILABLE'
  /** Called before a start or `init()`. */
  | 'ERR_NOT_INITIALISED'
  /** No metadata of an OAuth server (RFC 8414) could be had by its issuer. */
  | 'ERR_DISCOVERY';

/** What an {@link EvertokenError} tells beside its message. */
export interface ErrorDetails {
  /** The option that is wrong. */
  readonly option?: string | undefined;
  /** With `ERR_SESSION_ENDED`: why it ended. */
  readonly reason?: EndReason | undefined;
  /** With `ERR_TOKEN_UNAVAILABLE`: the next try, in epoch seconds. */
  readonly retryAt?: number | undefined;
  /** What lies behind it. Never an error of the caller's: those may carry tokens. */
  readonly cause?: unknown;
}

/** Every error of this package. No message holds a token. */
export class EvertokenError extends Error implements ErrorDetails {
  /** Always `'EvertokenError'`. */
  override readonly name = 'EvertokenError';
  /** What happened, for a program. */
  readonly code: ErrorCode;
  declare readonly option?: string;
  declare readonly reason?: EndReason;
  declare readonly retryAt?: number;

  /** For this package's own use, and for tests that need an error of it. */
  constructor(code: ErrorCode, message: string, { option, reason, retryAt, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    // Only what is there, so that a printed error shows no empty members.
    Object.assign(this, option && { option }, reason && { reason }, retryAt !== undefined && { retryAt });
  }
}

/** Throw it from a refresh function to say that nobody is signed in any more. It is recognised by its name. */
export class RefreshRejected extends Error {
  /** Always `'RefreshRejected'`. */
  override readonly name = 'RefreshRejected';
}

/** The option's name, its value and what is allowed, as the options read in wasm are told. */
export function invalidOption(option: string, value: unknown, allowed: string): EvertokenError {
  return new EvertokenError('ERR_INVALID_OPTION', `${option}: ${show(value)} is not ${allowed}`, { option });
}

/** Throws {@link invalidOption} where it does not hold. */
export function check(holds: unknown, option: string, value: unknown, allowed: string): asserts holds {
  if (!holds) throw invalidOption(option, value, allowed);
}

/** How a message shows a value. What may be a token stays out: of text, only what is short or a URL is shown, without user info and query. */
export function show(value: unknown): string {
  if (typeof value !== 'string') return typeof value === 'number' ? String(value) : kind(value);
  const text = value.replace(/[?#].*/s, '').replace(/\/\/.*@/s, '//');
  const isShown = text.length < (/^\w+:\/\//.test(text) ? 60 : 25) && !/[^ -~\u00a0-\uffff]/.test(text);
  return isShown ? `"${text}"` : `a string of ${value.length} characters`;
}

/** The same where not even that may be shown. */
export function kind(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  const type = typeof value;
  if (type === 'object') return value ? 'an object' : 'null';
  return Number.isNaN(value) || type === 'boolean' || type === 'undefined' ? String(value) : `a ${type}`;
}
