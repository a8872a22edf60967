import { onAbort } from './abort.js';
import type { Core } from './boundary.js';
import { check } from './errors.js';
import { warnOfPlainHttp } from './http.js';
import { isRecord } from './names.js';
import { readParts } from './parts.js';
import { createSession } from './session.js';
import { openStore } from './storage.js';
import type { Options, Session } from './types.js';

/** Resolves after the first attempt, however that went. After a rejection nothing is left running. */
export async function startSession(given: Options, load: () => Promise<Core>): Promise<Session> {
  check(isRecord(given), 'options', given, 'an object');
  // Read once: what the caller changes while wasm loads comes too late.
  const parts = readParts(given);
  const { signal } = parts;
  signal?.throwIfAborted();
  const store = openStore(parts.storage, parts.name);

  return new Promise((resolve, reject) => {
    let session: Session | undefined;
    const left = onAbort(signal, () => {
      left();
      reject(signal?.reason);
      session?.stop();
    });
    const start = async (core: Core) => {
      const kept = await store.load();
      if (signal?.aborted) return;
      warnOfPlainHttp(parts.endpoints);
      await new Promise<void>((ready) => {
        session = createSession({ core, parts, store, kept, ready, left });
        // The refresh function may have aborted while the loop was starting.
        if (signal?.aborted) session.stop();
      });
      resolve(session as Session);
    };
    load()
      .then(start)
      .catch((error) => {
        left();
        reject(error);
      });
  });
}
