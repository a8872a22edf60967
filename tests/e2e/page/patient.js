// A session that starts asks the other tabs what they hold, and waits 100 ms for an answer. A slow machine needs longer.
export const QUESTION = 100;
export const PATIENCE = 1_000;

let starting = 0;
const setTimer = globalThis.setTimeout;
globalThis.setTimeout = (callback, delay, ...args) =>
  setTimer(callback, starting > 0 && delay === QUESTION ? PATIENCE : delay, ...args);

/** Starts a session, in real time. */
export async function startPatiently(start) {
  starting += 1;
  try {
    return await start();
  } finally {
    starting -= 1;
  }
}
