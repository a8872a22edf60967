import { onAbort } from './abort.js';
import { type Core, type EventRecord, type Failure, freeze, type Host, type LoopEvent, toError } from './boundary.js';
import type { Call } from './calls.js';
import { EvertokenError } from './errors.js';
import { createFetch } from './fetch.js';
import { createListeners } from './listeners.js';
import * as on from './loop-events.js';
import type { Parts } from './parts.js';
import type { Refresh } from './refresh.js';
import { createRequests } from './requests.js';
import type { Store } from './storage.js';
import { createTabs } from './tabs.js';
import type { Claims, Session, Snapshot } from './types.js';

type Caller = (token: string | undefined, error?: EvertokenError) => void;

export interface Setup {
  readonly core: Core;
  readonly parts: Parts;
  readonly store: Store;
  readonly kept: string | undefined;
  /** The first attempt is over. */
  readonly ready: () => void;
  /** The session was stopped. */
  readonly left: () => void;
}

/** Starts a loop in wasm and puts a session around it. The methods close over their state, so they may be taken apart. */
export function createSession({ core, parts, store, kept, ready, left }: Setup): Session {
  const { options, abilities, allows } = parts;
  const { emit, on: listen, clear } = createListeners();
  const callers = new Map<number, Caller>();
  let lastCaller = 0;
  let running = true;
  let insideRefresh = false;

  // The token in hand, the answer made of it once, and until when it may be given without asking wasm.
  let token: string | undefined;
  let answer: Promise<string> | undefined;
  let untilWall = -1;
  let untilMono = -1;
  let lookedAt = -1;
  let lookedUntil = -1;
  let idToken: string | undefined;
  let claims: Readonly<Claims> | undefined;
  let snapshot: Snapshot;

  const hold: Host['hold'] = (access, id) => {
    idToken = id;
    if (access === token) return;
    token = access;
    answer = access === undefined ? access : Promise.resolve(access);
    claims = undefined;
  };
  const usable: Host['usable'] = (wall, mono) => {
    untilWall = wall;
    untilMono = mono;
    lookedAt = lookedUntil = -1;
  };
  // performance.now() costs several times what the rest does, so it is read once in 10 ms of the wall clock: a clock set
  // back meanwhile would have to land in those very 10 ms to go unseen until the loop's own timer.
  const isUsable = () => {
    const wall = Date.now();
    return (wall >= lookedAt && wall < lookedUntil) || look(wall);
  };
  const look = (wall: number) => {
    const left = wall < untilWall ? untilMono - performance.now() : 0;
    if (left <= 0) return false;
    lookedAt = wall;
    lookedUntil = Math.min(untilWall, wall + Math.min(left, 10));
    return true;
  };

  // After a stop too: what comes late still goes into the store.
  const { begin, abandon } = createRequests((how, attempt, report) => loop.handle(how, attempt, report));

  // No snapshot shows what is missing, so its event waits until the session is in the caller's hands.
  const missing = new Set<string>();
  let inHands: () => void;
  const handedOver = new Promise<void>((resolve) => {
    inHands = resolve;
  });
  const lose = (what: string) => {
    if (!missing.has(what)) handedOver.then(() => host.emit({ type: 'degraded', detail: { missing: what } }));
    missing.add(what);
  };
  store.lost.then(() => lose('storage'));
  const tabs = createTabs(
    parts.name,
    parts.isShared,
    (...event) => loop.handle(...event),
    () => host.usable(-1, -1),
    lose,
  );

  // A stopped loop may still bring a request under way to its end; by then this session has left.
  const host: Host = {
    hold: (access, id) => running && hold(access, id),
    usable: (wall, mono) => running && usable(wall, mono),
    snapshot(next) {
      if (!running) return;
      snapshot = freeze(next as Snapshot);
      emit('change', snapshot);
    },
    emit: ({ type, detail }) => running && emit(type, freeze(detail)),
    settle: ({ caller, token, ...failure }) =>
      callers.get(caller)?.(token, failure.code && toError(failure as Failure)),
    ready() {
      ready();
      setTimeout(inHands);
    },
    warn: (message) => console.warn(`evertoken: ${message}`),
    refresh: ({ attempt, reason, refreshToken }) =>
      begin(on.answered, attempt, (signal) => {
        // A refresh function that waited for its own session would wait for ever.
        insideRefresh = true;
        const report = (parts.refresh as Refresh)({ refreshToken, reason, signal });
        insideRefresh = false;
        return report;
      }),
    signOut: ({ attempt, ...order }) => begin(on.signedOut, attempt, (signal) => parts.signOut(order, signal)),
    probe: ({ attempt }) => begin(on.probed, attempt, (signal) => (parts.probe as Call)({ signal }, token)),
    abandon: ({ attempt }) => abandon(attempt),
    save: store.save,
    comeBack: tabs.comeBack,
    lock: ({ how }) => tabs.lock(how),
    unlock: tabs.unlock,
    sync: tabs.sync,
    send: tabs.send,
    release: tabs.end,
  };

  const loop = core.startLoop(options, abilities, kept, host);

  const tell = (event: LoopEvent, about?: number, record?: EventRecord) => {
    if (!running) throw stoppedError();
    loop.handle(event, about, record);
  };

  /** Puts a question to the loop, which answers through `host.settle`. */
  function ask(question: LoopEvent, record?: EventRecord, signal?: AbortSignal | null): Promise<string> {
    return new Promise((resolve, reject) => {
      if (!running) throw stoppedError();
      signal?.throwIfAborted();
      const caller = ++lastCaller;
      // The loop's own timers let a Node process end; whoever waits for an answer does not.
      const awake = setTimeout(() => {}, 2 ** 31 - 1);
      const leave = () => {
        clearTimeout(awake);
        callers.delete(caller);
        stopHearing();
      };
      const stopHearing = onAbort(signal, () => {
        leave();
        loop.handle(on.forget, caller);
        reject(signal?.reason);
      });
      callers.set(caller, (access, error) => {
        leave();
        if (error) reject(error);
        else resolve(access as string);
      });
      tell(question, caller, record);
    });
  }

  function askForToken(question: LoopEvent, record?: EventRecord, signal?: AbortSignal | null): Promise<string> {
    if (!insideRefresh) return ask(question, record, signal);
    const message = 'the refresh function asked its own session for a token: use what its argument holds';
    return Promise.reject(new EvertokenError('ERR_REFRESH_REENTRANT', message));
  }

  const getAccessToken: Session['getAccessToken'] = (settings) => {
    const signal = settings?.signal;
    return answer && isUsable() && !insideRefresh && !signal?.aborted ? answer : askForToken(on.ask, undefined, signal);
  };

  /** Where a deadline has passed the rules are looked at first, at their own time. */
  function tokenAfterCheck(): string | undefined {
    if (untilWall < 0) return undefined;
    loop.handle(on.check);
    return isUsable() ? token : undefined;
  }

  const refresh: Session['refresh'] = ({ failedToken, signal } = {}) =>
    askForToken(on.refresh, { failedToken }, signal);

  const session: Session = {
    get accessToken() {
      return isUsable() ? token : tokenAfterCheck();
    },
    get claims() {
      if (!claims && token !== undefined && options.accessTokenFormat !== 'opaque' && token.split('.').length === 3) {
        claims = freeze(core.readClaims(token));
      }
      return claims;
    },
    get idToken() {
      return idToken;
    },
    get snapshot() {
      return snapshot;
    },
    getAccessToken,
    subscribe: (listener) => listen('change', () => listener()),
    on: listen,
    setTokens: (tokens) => tell(on.signIn, 0, { answer: tokens }),
    refresh,
    check: () => tell(on.check),
    recordActivity: () => tell(on.activity),
    fetch: (input, init) => bearerFetch(input, init),
    allows,
    signOut: () => ask(on.signOut) as Promise<unknown> as Promise<void>,
    stop() {
      if (!running) return;
      running = false;
      hold(undefined, undefined);
      usable(-1, -1);
      clear();
      tabs.stop();
      loop.handle(on.stop);
      for (const caller of callers.values()) caller(undefined, stoppedError());
      left();
    },
  };
  // A session that is written to a log, copied or sent along takes no token with it.
  for (const name of ['accessToken', 'claims', 'idToken']) Object.defineProperty(session, name, { enumerable: false });
  const bearerFetch = createFetch(session);
  return session;
}

function stoppedError() {
  return new EvertokenError('ERR_STOPPED', 'this session was stopped');
}
