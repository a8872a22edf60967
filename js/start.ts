import type { Glue } from './boundary.js';
import { invalidOption } from './errors.js';
import { createAllowList } from './origins.js';
import { createSession } from './session.js';
import type { Options, Session } from './types.js';

/** Resolves after the first attempt, however that went. After a rejection nothing is left running. */
export async function startSession(given: Options, load: () => Promise<Glue>): Promise<Session> {
  if (typeof given !== 'object' || given === null) throw invalidOption('options', given, 'an object');
  // Read once: what the caller changes while wasm loads comes too late.
  const options = { ...given };
  const allows = createAllowList(options.allowedOrigins, options);
  const signal = readSignal(options.signal);
  signal?.throwIfAborted();

  return new Promise((resolve, reject) => {
    let session: Session | undefined;
    const left = () => signal?.removeEventListener('abort', abort);
    const abort = () => {
      left();
      reject(signal?.reason);
      session?.stop();
    };
    const start = async (glue: Glue) => {
      if (signal?.aborted) return;
      await new Promise<void>((ready) => {
        session = createSession({ glue, options, allows, ready, left });
        // The refresh function may have aborted while the loop was starting.
        if (signal?.aborted) session.stop();
      });
      resolve(session as Session);
    };
    signal?.addEventListener('abort', abort);
    load()
      .then(start)
      .catch((error) => {
        left();
        reject(error);
      });
  });
}

function readSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || typeof Object(signal).aborted === 'boolean') return signal as AbortSignal | undefined;
  throw invalidOption('signal', signal, 'an AbortSignal');
}
