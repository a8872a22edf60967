'use client';

import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import type { Given } from './bearer.js';
import { countdownTo } from './countdown.js';
import type { Claims, Session, Snapshot } from './types.js';

/** Props of {@link EvertokenProvider}: `start`, or `session`. */
export type EvertokenProviderProps = {
  /** What may use the session. */
  readonly children?: ReactNode;
} & (
  | {
      /**
       * Starts a new session at each call, such as `() => startRefreshLoop(options)`. It is called in the browser only,
       * after the first render, and the session is stopped one second after the last provider with this function has
       * gone. Define it outside of components: then a remount finds the session that runs. Another function with the
       * same code, such as an inline arrow at the next render, changes nothing; give the provider another `key` where
       * another session is wanted. One with other code stops the session and starts its own.
       */
      readonly start: () => Given;
      /** Not beside `start`. */
      readonly session?: undefined;
    }
  | {
      /** A session of the application's, or its promise, made once outside of components. It is not stopped here. */
      readonly session: Given;
      /** Not beside `session`. */
      readonly start?: undefined;
    }
);

/** What {@link useSession} returns. A component renders again when what it has read of it changes, and only then. */
export interface SessionState {
  /** As in the snapshot; `starting` on a server and until there is a session. */
  readonly status: Snapshot['status'];
  /** The whole snapshot. It changes with every check and activity: read `status` alone where that is enough. */
  readonly snapshot: Snapshot;
  /** The claims of the access token in hand; `undefined` where there are none. Not verified. */
  readonly claims: Readonly<Claims> | undefined;
  /** The session, for its methods; `undefined` on a server and until it has started. */
  readonly session: Session | undefined;
}

/** Gives a session to the components below it. Nothing is started when it is rendered on a server. */
export function EvertokenProvider({ session, start, children }: EvertokenProviderProps): ReactElement {
  const given = session ?? start;
  if (!given) throw new Error('EvertokenProvider has neither `start` nor `session`: give it one of them');
  const [first, replace] = useState({ given });
  if (!isSame(given, first.given)) replace({ given });
  const source = sourceOf(first.given);
  useEffect(() => source.hold(), [source]);
  return createElement(SourceContext.Provider, { value: source }, children);
}

/**
 * The session of the nearest {@link EvertokenProvider}.
 *
 * Throws what `start` or the promise given has rejected with, so that the nearest error boundary shows it. A provider
 * that is mounted again calls `start` again. Throws an `Error` where there is no provider.
 */
export function useSession(): SessionState {
  const source = useSource();
  const current = useMemo(() => tracked(source), [source]);
  return useSyncExternalStore(source.subscribe, current, () => BEFORE_START);
}

/**
 * The seconds until the session ends for want of activity, rounded up; `undefined` where there is no such limit, on a
 * server, and while nobody is signed in. It ticks by itself. Throws as {@link useSession} does.
 */
export function useIdleCountdown(): number | undefined {
  const source = useSource();
  const { subscribe, secondsLeft } = useMemo(() => countdown(source), [source]);
  return useSyncExternalStore(subscribe, secondsLeft, () => undefined);
}

/** What a provider was given, and the session that came of it: one for all providers that were given the same. */
interface Source {
  /** Once it is there. */
  readonly session: Session | undefined;
  /** Throws what it failed with. */
  check(): void;
  subscribe(listener: () => void): () => void;
  /** A provider is mounted; returns what says that it is no more. */
  hold(): () => void;
}

const SourceContext = createContext<Source | undefined>(undefined);

function useSource(): Source {
  const source = useContext(SourceContext);
  if (!source) throw new Error('there is no <EvertokenProvider> above this component: put one around the application');
  return source;
}

type Origin = Given | (() => Given);

/** An inline arrow is another function at each render, but the same code. After a hot reload the code is another. */
function isSame(one: Origin, other: Origin): boolean {
  return one === other || (typeof one === 'function' && String(one) === String(other));
}

const sources = new WeakMap<Origin, Source>();

function sourceOf(origin: Origin): Source {
  const source = sources.get(origin) ?? createSource(origin);
  sources.set(origin, source);
  return source;
}

/** Longer than a remount takes: StrictMode's, a changed `key`, a page that leaves its layout and comes back to it. */
const STOP_AFTER_MS = 1000;

function createSource(origin: Origin): Source {
  const start = typeof origin === 'function' ? origin : undefined;
  const listeners = new Set<() => void>();
  let session = typeof origin === 'function' || 'then' in origin ? undefined : origin;
  let failure: { error: unknown } | undefined;
  /** The start that counts; one that comes too late is not it. */
  let current: object | undefined;
  let detach: (() => void) | undefined;
  let holders = 0;
  let stopping: ReturnType<typeof setTimeout> | undefined;

  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  const open = () => {
    const opened = {};
    current = opened;
    new Promise<Session>((resolve) => resolve(start ? start() : (origin as Given))).then(
      (arrived) => {
        if (current !== opened) {
          if (start) arrived.stop();
          return;
        }
        session = arrived;
        detach = session.subscribe(tell);
        tell();
      },
      (error) => {
        if (current !== opened) return;
        failure = { error };
        tell();
      },
    );
  };
  const close = () => {
    current = failure = undefined;
    detach?.();
    if (!start) return;
    session?.stop();
    session = undefined;
  };

  return {
    get session() {
      return session;
    },
    check() {
      if (failure) throw failure.error;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hold() {
      clearTimeout(stopping);
      holders += 1;
      if (!current) open();
      return () => {
        holders -= 1;
        if (holders > 0) return;
        // After a failure there is nothing to keep, and the next provider is to find it forgotten.
        if (failure) close();
        else stopping = setTimeout(close, STOP_AFTER_MS);
      };
    },
  };
}

const snapshotOf = (session: Session | undefined): Snapshot => session?.snapshot ?? BEFORE_START.snapshot;

const readers: { readonly [Name in keyof SessionState]: (session: Session | undefined) => SessionState[Name] } = {
  status: (session) => snapshotOf(session).status,
  snapshot: snapshotOf,
  claims: (session) => session?.claims,
  session: (session) => session,
};
const names = Object.keys(readers) as (keyof SessionState)[];

const BEFORE_START: SessionState = Object.freeze({
  status: 'starting',
  snapshot: Object.freeze({ status: 'starting', refresh: 'idle', generation: 0, attempts: 0 }),
  claims: undefined,
  session: undefined,
});

/** Returns the same state until something that was read of it has changed. */
function tracked(source: Source): () => SessionState {
  const now = (name: keyof SessionState) => readers[name](source.session);
  let seen = new Map<keyof SessionState, unknown>();
  let state: SessionState | undefined;
  return () => {
    source.check();
    if (!state || [...seen].some(([name, value]) => !Object.is(value, now(name)))) {
      const values = new Map<keyof SessionState, unknown>();
      const get = (name: keyof SessionState) => {
        // Once read it stays: a handler that reads on must not hide a change from the next render.
        if (!values.has(name)) values.set(name, now(name));
        return values.get(name);
      };
      const properties = names.map((name) => [name, { enumerable: true, get: () => get(name) }]);
      state = Object.defineProperties({}, Object.fromEntries(properties)) as SessionState;
      seen = values;
    }
    return state;
  };
}

function countdown(source: Source) {
  const now = () => countdownTo(source.session?.snapshot.idleEndsAt);
  return {
    secondsLeft() {
      source.check();
      return now()?.seconds;
    },
    subscribe(listener: () => void) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const schedule = () => {
        clearTimeout(timer);
        const { nextIn = 0 } = now() ?? {};
        if (nextIn) timer = setTimeout(tick, nextIn);
      };
      const tick = () => {
        listener();
        schedule();
      };
      const unsubscribe = source.subscribe(tick);
      schedule();
      return () => {
        unsubscribe();
        clearTimeout(timer);
      };
    },
  };
}
