import { onAbort } from './abort.js';
import { type Core, calling, freeze, type Host, type Loop, toError } from './boundary.js';
import type { Call } from './calls.js';
import { EvertokenError } from './errors.js';
import { createFetch } from './fetch.js';
import { flatTokens } from './flat.js';
import { createListeners } from './listeners.js';
import type { Parts } from './parts.js';
import { forModule } from './platform.js';
import type { Refresh } from './refresh.js';
import { createRequests } from './requests.js';
import type { Store } from './storage.js';
import { readStored, toText } from './stored.js';
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

/** Starts a loop in the module and puts a session around it. The methods close over their state, so they may be taken apart. */
export function createSession({ core, parts, store, kept, ready, left }: Setup): Session {
  const { abilities, allows, platform } = parts;
  const { emit, on: listen, clear } = createListeners();
  const callers = new Map<number, Caller>();
  let lastCaller = 0;
  let running = true;
  let insideRefresh = false;

  // The token in hand, the answer made of it once, and until when it may be given without asking the module.
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
  // The monotonic clock costs several times what the rest does, so it is read once in 10 ms of the wall clock: a clock set
  // back meanwhile would have to land in those very 10 ms to go unseen until the loop's own timer.
  const isUsable = () => {
    const wall = platform.now();
    return (wall >= lookedAt && wall < lookedUntil) || look(wall);
  };
  const look = (wall: number) => {
    const left = wall < untilWall ? untilMono - platform.monotonic() : 0;
    if (left <= 0) return false;
    lookedAt = wall;
    lookedUntil = Math.min(untilWall, wall + Math.min(left, 10));
    return true;
  };

  // After a stop too: what comes late still goes into the store.
  const { begin, abandon } = createRequests();

  // No snapshot shows what is missing, so its event waits until the session is in the caller's hands.
  const missing = new Set<string>();
  let inHands: () => void;
  const handedOver = new Promise<void>((resolve) => {
    inHands = resolve;
  });
  const lose = (what: string) => {
    if (!missing.has(what)) handedOver.then(() => host.emit('degraded', { missing: what }));
    missing.add(what);
  };
  store.lost.then(() => lose('storage'));
  const tabs = createTabs(
    platform,
    parts.name,
    parts.isShared,
    () => loop,
    () => host.usable(-1, -1),
    lose,
  );

  // A stopped loop may still bring a request under way to its end; by then this session has left.
  const host: Host = {
    hold: (access, id) => running && hold(access, id),
    usable: (wall, mono) => running && usable(wall, mono),
    snapshot(next) {
      if (!running) return;
      snapshot = freeze(next);
      emit('change', snapshot);
    },
    emit: (type, detail) => running && emit(type, freeze(detail)),
    settle: (caller, token, failure) => callers.get(caller)?.(token, failure && toError(failure)),
    ready() {
      ready();
      setTimeout(inHands);
    },
    warn: (message) => console.warn(`evertoken: ${message}`),
    refresh: (attempt, reason, refreshToken) => {
      const request = (signal: AbortSignal) => {
        // A refresh function that waited for its own session would wait for ever.
        insideRefresh = true;
        const report = (parts.refresh as Refresh)({ refreshToken, reason, signal });
        insideRefresh = false;
        return report;
      };
      begin(attempt, request, (...report) => loop.refreshed(...report));
    },
    signOut: (attempt, order) =>
      begin(
        attempt,
        (signal) => parts.signOut(order, signal),
        (...report) => loop.signedOut(...report),
      ),
    probe: (attempt) =>
      begin(
        attempt,
        (signal) => (parts.probe as Call)({ signal }, token),
        (...report) => loop.probed(...report),
      ),
    abandon,
    save: (stored) => store.save(stored && toText(stored)),
    comeBack: tabs.comeBack,
    lock: tabs.lock,
    unlock: tabs.unlock,
    sync: tabs.sync,
    send: tabs.send,
    release() {
      tabs.end();
      const over = loop;
      loop = ended;
      // It is still inside its call.
      queueMicrotask(() => over.free());
    },
  };

  const stored = readStored(kept, host.warn);
  let loop = calling<Loop>(() =>
    core.RefreshLoop.start(
      parts.plain,
      abilities,
      flatTokens(parts.tokens),
      stored,
      platform.random(),
      host,
      forModule(platform),
    ),
  );

  const checkRunning = () => {
    if (!running) throw stoppedError();
  };

  /** Puts a question to the loop, which answers through `host.settle`. */
  function ask(question: (caller: number) => void, signal?: AbortSignal | null): Promise<string> {
    return new Promise((resolve, reject) => {
      checkRunning();
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
        loop.forget(caller);
        reject(signal?.reason);
      });
      callers.set(caller, (access, error) => {
        leave();
        if (error) reject(error);
        else resolve(access as string);
      });
      question(caller);
    });
  }

  function askForToken(question: (caller: number) => void, signal?: AbortSignal | null): Promise<string> {
    if (!insideRefresh) return ask(question, signal);
    const message = 'the refresh function asked its own session for a token: use what its argument holds';
    return Promise.reject(new EvertokenError('ERR_REFRESH_REENTRANT', message));
  }

  const getAccessToken: Session['getAccessToken'] = (settings) => {
    const signal = settings?.signal;
    return answer && isUsable() && !insideRefresh && !signal?.aborted
      ? answer
      : askForToken((caller) => loop.ask(caller), signal);
  };

  /** Where a deadline has passed the rules are looked at first, at their own time. */
  function tokenAfterCheck(): string | undefined {
    if (untilWall < 0) return undefined;
    loop.check();
    return isUsable() ? token : undefined;
  }

  const refresh: Session['refresh'] = ({ failedToken, signal } = {}) =>
    askForToken((caller) => loop.refresh(caller, typeof failedToken === 'string' ? failedToken : undefined), signal);

  const session: Session = {
    get accessToken() {
      return isUsable() ? token : tokenAfterCheck();
    },
    get claims() {
      if (!claims && token !== undefined && !parts.isOpaque && token.split('.').length === 3) {
        const read = token;
        claims = freeze(calling(() => core.readClaims(read)));
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
    setTokens(tokens) {
      checkRunning();
      calling(() => loop.setTokens(flatTokens(tokens)));
    },
    refresh,
    check() {
      checkRunning();
      loop.check();
    },
    recordActivity() {
      checkRunning();
      loop.recordActivity();
    },
    fetch: (input, init) => bearerFetch(input, init),
    allows,
    signOut: () => ask((caller) => loop.signOut(caller)) as Promise<unknown> as Promise<void>,
    stop() {
      if (!running) return;
      running = false;
      hold(undefined, undefined);
      usable(-1, -1);
      clear();
      tabs.stop();
      loop.stop();
      for (const caller of callers.values()) caller(undefined, stoppedError());
      left();
    },
  };
  // A session that is written to a log, copied or sent along takes no token with it.
  for (const name of ['accessToken', 'claims', 'idToken']) Object.defineProperty(session, name, { enumerable: false });
  const bearerFetch = createFetch(session);
  return session;
}

/** In the place of a loop that has come to its end: what comes late changes nothing. */
const ended = /* @__PURE__ */ new Proxy({} as Loop, { get: () => () => {} });

function stoppedError() {
  return new EvertokenError('ERR_STOPPED', 'this session was stopped');
}
