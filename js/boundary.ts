import { type EndReason, type ErrorCode, EvertokenError } from './errors.js';
import type * as module from './generated/evertoken.js';
import type { RefreshReason } from './options.js';
import type { Claims, Snapshot } from './types.js';

/** An error as the module gives it: a plain object. */
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
      /** `http`: a status that is no success; what that means the module says. `rejected`: a `RefreshRejected`. */
      readonly kind: 'network' | 'unreadable' | 'thrown' | 'http' | 'rejected';
      readonly status?: number | undefined;
      readonly error?: string | undefined;
      /** In seconds. */
      readonly retryAfter?: number | undefined;
    };

/** What a session's loop reports, and wants done: src/web/host.rs imports it. None of it may throw. */
export interface Host {
  /** Which tokens are held from now on. */
  hold(accessToken: string | undefined, idToken: string | undefined): void;
  /** Until when, on both clocks, the token in hand may be returned without asking; -1 for not at all. */
  usable(untilWall: number, untilMono: number): void;
  snapshot(snapshot: Snapshot): void;
  emit(type: string, detail: object): void;
  /** A caller gets a token, or nothing, or an error. */
  settle(caller: number, token: string | undefined, failure: Failure | undefined): void;
  ready(): void;
  warn(message: string): void;
  // A request starts here, and its report goes to the loop once, never from inside the call.
  refresh(attempt: number, reason: RefreshReason, refreshToken: string | undefined): void;
  signOut(attempt: number, order: SignOutOrder): void;
  probe(attempt: number): void;
  /** Nobody wants the report any more. */
  abandon(attempt: number): void;
  /** What the store is to hold; `undefined` for nothing. */
  save(stored: object | undefined): void;
  // What the other tabs are asked and told: js/tabs.ts.
  comeBack(): boolean;
  lock(how: Lock): void;
  unlock(): void;
  sync(): void;
  send(message: object): void;
  /** The loop has come to its end, and so has what was under way. */
  release(): void;
}

/** In its turn; taken away, unless another tab is doing so; taken away. */
export type Lock = 'queued' | 'stolen' | 'forced';

/** The server's part of a sign-out. */
export interface SignOutOrder {
  readonly reason: EndReason;
  readonly refreshToken?: string | undefined;
  /** The option `signOut` has had its turn, or is not meant. */
  readonly revokeOnly: boolean;
}

/** A session's refresh loop: src/web/refresh_loop.rs says what each call does. */
export type Loop = Omit<module.RefreshLoop, symbol>;

/** What the module exports. */
export interface Core {
  readonly RefreshLoop: { readonly start: (...given: Parameters<typeof module.RefreshLoop.start>) => Loop };
  readClaims(jwt: string): Claims;
  parseDuration(duration: unknown): number;
}

/** Calls the module. What it throws becomes an {@link EvertokenError}. */
export function calling<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (thrown) {
    // The module itself may fail, too.
    throw thrown instanceof Error ? thrown : toError(thrown as Failure);
  }
}

export function toError(failure: Failure): EvertokenError {
  return new EvertokenError(failure.code, failure.message, failure);
}

/** Freezes what came out of the module, all the way down: the same object goes to everyone. */
export function freeze<Value extends object>(value: Value): Value {
  const found: object[] = [value];
  // Not by recursion: a payload of 64 KiB can be nested deeper than the stack.
  for (const object of found) {
    for (const member of Object.values(Object.freeze(object))) {
      if (Object(member) === member) found.push(member as object);
    }
  }
  return value;
}
