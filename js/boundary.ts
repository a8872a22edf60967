import { type EndReason, type ErrorCode, EvertokenError } from './errors.js';
import type * as on from './loop-events.js';
import type { RefreshReason } from './options.js';
import type { Claims } from './tokens.js';

/** An error as wasm gives it: a plain object. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly option?: string;
  /** The claim or the field at fault, for which the first `%` in the message stands. */
  readonly about?: string;
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

/** What the loop tells, and wants done. None of it may throw. */
export interface Host {
  hold(accessToken: string | undefined, idToken: string | undefined): void;
  /** Until then (`Date.now()` and `performance.now()`) the token in hand may be given without asking; -1 for not at all. */
  usable(untilWall: number, untilMono: number): void;
  snapshot(snapshot: object): void;
  emit(event: { readonly type: string; readonly detail: object }): void;
  settle(answer: Answer): void;
  ready(): void;
  warn(message: string): void;
  // Requests are begun here, and reported to the loop once, never from inside the call.
  refresh(order: Order & { readonly reason: RefreshReason; readonly refreshToken?: string }): void;
  signOut(order: Order & SignOutOrder): void;
  probe(order: Order): void;
  /** Nobody wants the report any more. */
  abandon(order: Order): void;
  /** The text for the store; `undefined` removes it. */
  save(text: string | undefined): void;
  // What the other tabs are asked and told; `js/tabs.ts` says how.
  comeBack(): boolean;
  /** 0: in its turn. 1: taken away, unless somebody else is at that. 2: taken away. */
  lock(wanted: { readonly how: number }): void;
  unlock(): void;
  sync(): void;
  send(message: object): void;
  /** The loop has come to its end, and so has what was under way. */
  release(): void;
}

/** What a caller gets: nothing, a token, or why there is none. */
export type Answer = { readonly caller: number; readonly token?: string } & Partial<Failure>;

interface Order {
  readonly attempt: number;
}

/** The server's part of a sign-out. */
export interface SignOutOrder {
  readonly reason: EndReason;
  readonly refreshToken?: string | undefined;
  /** 1: the option `signOut` has had its turn, or is not meant. */
  readonly revokeOnly: number;
}

/** What the loop takes: what it is about, a caller or an attempt, and a record with more. */
export type LoopEvent = (typeof on)[keyof typeof on];

/** More of an event: a {@link Report}, the tokens of a sign-in as its `answer`, … */
export type EventRecord = { readonly answer?: unknown; readonly [member: string]: unknown };

/** A session's refresh loop. */
export interface Loop {
  /**
   * Throws an {@link EvertokenError} for tokens that cannot be taken; then nothing has changed. After `found` it gives what
   * the record is to hold.
   */
  handle(event: LoopEvent, about?: number, record?: EventRecord): object | undefined;
}

/** What there is in wasm. */
export interface Core {
  /** Takes the plain values among the options, and `tokens`; the bits of `abilities` tell what the others allow. */
  startLoop(options: Readonly<Record<string, unknown>>, abilities: number, kept: string | undefined, host: Host): Loop;
  readClaims(jwt: string): Claims;
  parseDuration(text: unknown): number;
}

/** What the wasm exports; `src/web/refresh_loop.rs` says what each does. A session is a number. */
export interface Glue {
  readonly memory: WebAssembly.Memory;
  create(abilities: number, random: number, wall: number, mono: number): number;
  handle(session: number, event: number, about: number, wall: number, mono: number): number;
  poll(session: number): number;
  release(session: number): void;
  readClaims(): number;
  parseDuration(): number;
}

export function toError(failure: Failure): EvertokenError {
  return new EvertokenError(failure.code, messageOf(failure), failure);
}

/** What happened, and to which option. */
export function messageOf({ message, option, about, reason }: Omit<Failure, 'code'>): string {
  const prefix = option ? `${option}: ` : '';
  return prefix + message.replace(about || reason ? '%' : '', about ?? reason ?? '');
}

/** Freezes what came out of wasm, all the way down: the same object goes to everyone. */
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
