import { type EndReason, type ErrorCode, EvertokenError } from './errors.js';
import type { RefreshReason } from './options.js';
import type { Claims } from './tokens.js';

/** An error as wasm gives it: a plain object. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly option?: string;
  readonly reason?: EndReason;
  readonly retryAt?: number;
}

/** How a request came out: its success, or why there is none. */
export type Report =
  | {
      /** Of a refresh: what a `RefreshFunction` returns. Of a probe: `false` and `null` are the end. */
      readonly answer: unknown;
      /** The server's clock, in epoch ms. */
      readonly date?: number | undefined;
    }
  | {
      /** `http`: a status that is no success; what that means is told in wasm. `rejected`: a `RefreshRejected`. */
      readonly kind: 'network' | 'unreadable' | 'thrown' | 'http' | 'rejected';
      readonly status?: number | undefined;
      readonly error?: string | undefined;
      /** In seconds. */
      readonly retryAfter?: number | undefined;
    };

/** What wasm calls, synchronously, in the order hold, usable, snapshot, emit, settle. None of it may throw. */
export interface Host {
  hold(accessToken: string | undefined, idToken: string | undefined): void;
  /** Until then (`Date.now()` and `performance.now()`) the token in hand may be given without asking; -1 for not at all. */
  usable(untilWall: number, untilMono: number): void;
  snapshot(snapshot: object): void;
  emit(type: string, detail: object): void;
  settle(caller: number, token: string | undefined, failure: Failure | undefined): void;
  ready(): void;
  warn(message: string): void;
  // Requests are begun here, and reported to the loop once, never from inside the call.
  refresh(attempt: number, reason: RefreshReason, refreshToken: string | undefined): void;
  signOut(attempt: number, reason: EndReason, refreshToken: string | undefined, revokeOnly: boolean): void;
  probe(attempt: number): void;
  /** Nobody wants the report any more. */
  abandon(attempt: number): void;
  /** The text for the store; `undefined` removes it. */
  save(text: string | undefined): void;
}

/** The refresh loop in wasm. Calls from inside a host call are queued there. */
export interface Loop {
  ask(caller: number): void;
  refresh(caller: number, failedToken: string | undefined): void;
  forget(caller: number): void;
  setTokens(tokens: unknown): void;
  check(): void;
  recordActivity(): void;
  signOut(caller: number): void;
  stop(): void;
  answered(attempt: number, report: Report): void;
  signedOut(attempt: number, report: Report): void;
  probed(attempt: number, report: Report): void;
}

/** What wasm-bindgen's glue exports. */
export interface Glue {
  readonly RefreshLoop: {
    /** Reads the plain values among the options, and `tokens`; the bits of `abilities` tell what the others allow. */
    start(options: object, abilities: number, stored: string | undefined, host: Host): Loop;
  };
  readClaims(jwt: string): Claims;
  parseDuration(text: unknown): number;
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

/** Calls into wasm; a failure thrown there comes out as an {@link EvertokenError}. */
export function enter<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (thrown) {
    throw (thrown as Partial<Failure> | null)?.code && !(thrown instanceof Error) ? toError(thrown as Failure) : thrown;
  }
}

export function toError(failure: Failure): EvertokenError {
  return new EvertokenError(failure.code, failure.message, failure);
}

/** Freezes what came out of wasm, all the way down: the same object goes to everyone. */
export function freeze<Value extends object>(value: Value): Value {
  const found: object[] = [value];
  // Not by recursion: a payload of 64 KiB can be nested deeper than the stack.
  for (const object of found) {
    for (const member of Object.values(Object.freeze(object))) {
      if (typeof member === 'object' && member !== null) found.push(member);
    }
  }
  return value;
}
