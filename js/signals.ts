import type { LoopEvent } from './boundary.js';
import * as on from './loop-events.js';

/** A person's input. No `scroll`: a page that scrolls by itself would never be idle; a person's scrolling shows as one of these. */
const input = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'touchmove'];

/** Input is looked at so often at most, in ms. */
const activityEvery = 1_000;

/** Hears what says that the world has changed until the signal is aborted: in a window, in a worker, and in Node to nothing. */
export function listenToSignals(tracksInput: boolean, until: AbortSignal, hear: (sign: LoopEvent) => void) {
  const { document } = globalThis as { document?: Document };
  const listen = (target: object | undefined, types: string[], heard: (event: Event) => void, capture = false) => {
    for (const type of types)
      (target as Partial<EventTarget> | undefined)?.addEventListener?.(type, heard, {
        capture,
        passive: true,
        signal: until,
      });
  };

  listen(globalThis, ['online'], () => hear(on.online));
  listen(globalThis, ['offline'], () => hear(on.offline));
  listen(globalThis, ['pageshow', 'focus'], () => hear(on.check));
  listen(document, ['resume'], () => hear(on.check));
  listen(document, ['visibilitychange'], () => document?.visibilityState === 'visible' && hear(on.check));

  let last = Number.NEGATIVE_INFINITY;
  const heard = ({ timeStamp }: Event) => {
    if (Math.abs(timeStamp - last) < activityEvery) return;
    last = timeStamp;
    hear(on.activity);
  };
  // Captured, so that a page that stops the propagation of its events hides nobody.
  if (document && tracksInput) listen(globalThis, input, heard, true);
}
