import { fromStore, type Readable, readable } from 'svelte/store';
import type { Given } from './bearer.js';
import { countdownTo } from './countdown.js';
import type { Claims, Session, Snapshot } from './types.js';

/** A store: `$store` in a component. `store.current` is the same for runes: read in an effect, it is followed. */
export interface ReactiveStore<Value> extends Readable<Value> {
  /** The value at this moment. */
  readonly current: Value;
}

/** The session of an application, in stores. Each tells of its value only when that has changed. */
export interface Evertoken {
  /** The session, once it has started; `undefined` until then and on a server. */
  readonly session: ReactiveStore<Session | undefined>;
  /** `'starting'` until the session is there, and on a server. */
  readonly status: ReactiveStore<Snapshot['status']>;
  /** The claims of the access token in hand, frozen; `undefined` for an opaque token and without one. Not verified. */
  readonly claims: ReactiveStore<Readonly<Claims> | undefined>;
  /**
   * Seconds until the session ends for want of activity, rounded up; `undefined` without such a limit and while nobody is
   * signed in. It ticks once a second while somebody listens.
   */
  readonly idleSecondsLeft: ReactiveStore<number | undefined>;
  /** The whole snapshot. It changes with every check and activity: listen to `status` alone where that is enough. */
  readonly snapshot: ReactiveStore<Snapshot | undefined>;
  /** Stops the session that a function has started, and one that it still starts: for `import.meta.hot.dispose`. */
  stop(): void;
}

/**
 * The session of an application, in stores: `createEvertoken(() => startRefreshLoop(options))` in a module of its own. A
 * function is called at once, in a browser only. A start that fails is an unhandled rejection, and the status stays
 * `'starting'`.
 */
export function createEvertoken(given: Given | (() => Given)): Evertoken {
  let session: Session | undefined;
  let stopped = false;
  const waiting = new Set<() => void>();
  const begin = async () => {
    const it = await (typeof given === 'function' ? given() : given);
    if (stopped) return typeof given === 'function' && it.stop();
    session = it;
    for (const arrive of [...waiting]) arrive();
    return waiting.clear();
  };
  if (typeof document !== 'undefined') void begin();

  /** Calls `look` now and at every change, and listens until it is told to leave. */
  const follow = (look: () => void) => {
    let leave = session?.subscribe(look);
    const arrive = () => {
      leave = session?.subscribe(look);
      look();
    };
    if (!session) waiting.add(arrive);
    look();
    return () => {
      waiting.delete(arrive);
      leave?.();
    };
  };
  /** A store of what `read` says, told of at each change of it and, where it changes by itself, when that will be. */
  const store = <Value>(read: () => Value, msUntilNext: () => number | undefined = () => undefined) => {
    const readableStore = readable(read(), (set) => {
      let last: Value;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const look = () => {
        clearTimeout(timer);
        const value = read();
        // The store itself takes an object for a new one each time.
        if (value !== last) set(value);
        last = value;
        const ms = msUntilNext();
        if (ms) timer = setTimeout(look, ms);
      };
      const leave = follow(look);
      return () => {
        clearTimeout(timer);
        leave();
      };
    });
    const rune = fromStore(readableStore);
    return {
      subscribe: readableStore.subscribe,
      get current() {
        return rune.current;
      },
    };
  };
  const countdown = () => countdownTo(session?.snapshot.idleEndsAt);
  return {
    session: store(() => session),
    status: store(() => session?.snapshot.status ?? 'starting'),
    claims: store(() => session?.claims),
    snapshot: store(() => session?.snapshot),
    idleSecondsLeft: store(
      () => countdown()?.seconds,
      () => countdown()?.nextIn,
    ),
    stop() {
      stopped = true;
      if (typeof given === 'function') session?.stop();
    },
  };
}
