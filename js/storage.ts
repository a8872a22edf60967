import { check } from './errors.js';
import type { TokenStore } from './options.js';

export interface Store {
  load(): Promise<string | undefined>;
  /** `undefined` removes. */
  save(text: string | undefined): void;
  /** Resolves when the store has thrown; it is used no more. */
  readonly lost: Promise<void>;
}

/** Reads the option `storage`; nothing for memory. */
export function readStorage(option: unknown): TokenStore | undefined {
  if (option === undefined || option === 'memory') return undefined;
  if (option === 'session' || option === 'local') return webStore(`${option}Storage`);
  const isStore = ['get', 'set', 'remove'].every((name) => typeof Object(option)[name] === 'function');
  check(isStore, 'storage', option, 'one of "memory", "session", "local", or an object with get, set and remove');
  return option as TokenStore;
}

/** The global is touched at each use alone: where cookies are blocked that throws. */
function webStore(name: 'sessionStorage' | 'localStorage'): TokenStore {
  return {
    get: (key) => globalThis[name].getItem(key),
    set: (key, text) => globalThis[name].setItem(key, text),
    remove: (key) => globalThis[name].removeItem(key),
  };
}

/** Writes one text after the other; of those that wait the newest alone. */
export function openStore(store: TokenStore | undefined, name: string): Store {
  const key = `evertoken:${name}`;
  let lose: () => void;
  const lost = new Promise<void>((resolve) => {
    lose = resolve;
  });
  let waiting: { readonly text: string | undefined } | undefined;
  /** What lies there, or soon will. */
  let latest: string | undefined;
  let isWriting = false;

  const attempt = async <Result>(use: (store: TokenStore) => Promise<Result>): Promise<Result | undefined> => {
    try {
      return store && (await use(store));
    } catch {
      store = undefined;
      lose();
      return undefined;
    }
  };
  const writeAll = async (store: TokenStore) => {
    isWriting = true;
    try {
      while (waiting) {
        const { text } = waiting;
        waiting = undefined;
        const written = text === undefined ? store.remove(key) : store.set(key, text);
        // A web store has written by now: a page that goes away the next moment loses nothing.
        if (written) await written;
      }
    } finally {
      isWriting = false;
    }
  };
  return {
    lost,
    load: () =>
      attempt(async (store) => {
        const text = await store.get(key);
        latest = typeof text === 'string' ? text : undefined;
        return latest;
      }),
    save(text) {
      if (text === latest) return;
      latest = text;
      waiting = { text };
      if (!isWriting) attempt(writeAll);
    },
  };
}
