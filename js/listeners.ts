import { onAbort } from './abort.js';
import type { Session } from './types.js';

type Entry = readonly [type: string, listener: (detail: never) => void];

/** Those who listen to a session. */
export function createListeners() {
  const entries = new Set<Entry>();
  const on: Session['on'] = (type, listener, { signal } = {}) => {
    // An entry of its own for each call: the same function added twice is called twice, and taken away once.
    const entry: Entry = [type, listener];
    entries.add(entry);
    const off = () => {
      entries.delete(entry);
      stopHearing();
    };
    const stopHearing = onAbort(signal, off);
    if (signal?.aborted) off();
    return off;
  };
  return {
    on,
    /** Never throws: a listener's error is the page's own affair. */
    emit(type: string, detail: object) {
      for (const entry of [...entries]) {
        if (entry[0] !== type || !entries.has(entry)) continue;
        try {
          entry[1](detail as never);
        } catch (error) {
          // Node has no reportError.
          (globalThis.reportError ?? console.error)(error);
        }
      }
    },
    clear: () => entries.clear(),
  };
}
