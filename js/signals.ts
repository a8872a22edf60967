/** A sign that the world has changed. */
export type Signal = 'check' | 'online' | 'offline' | 'activity';

/** A person's input. No `scroll`: a page that scrolls by itself would never be idle; a person's scrolling shows as one of these. */
const input = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'touchmove'];

/** Input is looked at so often at most, in ms. */
const activityEvery = 1_000;

/** Listens until the signal is aborted: in a window, in a worker, and in Node to nothing. */
export function listenToSignals(tracksInput: boolean, until: AbortSignal, hear: (signal: Signal) => void) {
  const { document } = globalThis as { document?: Document };
  const listen = (target: object | undefined, types: string[], heard: (event: Event) => void, capture = false) => {
    for (const type of types)
      (target as Partial<EventTarget> | undefined)?.addEventListener?.(type, heard, {
        capture,
        passive: true,
        signal: until,
      });
  };

  listen(globalThis, ['online', 'offline'], ({ type }) => hear(type as Signal));
  listen(globalThis, ['pageshow', 'focus'], () => hear('check'));
  listen(document, ['resume'], () => hear('check'));
  listen(document, ['visibilitychange'], () => document?.visibilityState === 'visible' && hear('check'));

  let last = Number.NEGATIVE_INFINITY;
  const heard = ({ timeStamp }: Event) => {
    if (Math.abs(timeStamp - last) < activityEvery) return;
    last = timeStamp;
    hear('activity');
  };
  // Captured, so that a page that stops the propagation of its events hides nobody.
  if (document && tracksInput) listen(globalThis, input, heard, true);
}
