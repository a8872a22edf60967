import type { LoopEvent } from './boundary.js';
import { listen } from './listen.js';
import * as on from './loop-events.js';

/** A person's input. No `scroll`: a page that scrolls by itself would never be idle; a person's scrolling shows as one of these. */
const input = 'pointerdown pointermove keydown wheel touchstart touchmove';

/** Input is looked at so often at most, in ms. */
const activityEvery = 1_000;

/** Hears what says that the world has changed until the signal is aborted: in a window, in a worker, and in Node to nothing. */
export function listenToSignals(tracksInput: boolean, until: AbortSignal, hear: (sign: LoopEvent) => void) {
  const { document } = globalThis as { document?: Document };

  listen('online', () => hear(on.online), until);
  listen('offline', () => hear(on.offline), until);
  // An element that gets the focus is no sign.
  listen('pageshow focus', () => hear(on.check), until, false);
  listen('resume', () => hear(on.check), until);
  listen('visibilitychange', () => document?.visibilityState === 'visible' && hear(on.check), until);

  let last = Number.NEGATIVE_INFINITY;
  const heard = ({ timeStamp }: Event) => {
    if (Math.abs(timeStamp - last) < activityEvery) return;
    last = timeStamp;
    hear(on.activity);
  };
  if (document && tracksInput) listen(input, heard, until);
}
