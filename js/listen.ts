/**
 * Hears what happens to the page until the signal is aborted. Captured, it hears of what happens to the page's document and
 * elements too, and a page that stops the propagation of its events hides none.
 */
export function listen(
  events: EventTarget | undefined,
  types: string,
  heard: (event: Event) => void,
  until: AbortSignal,
) {
  for (const type of types.split(' '))
    events?.addEventListener(type, heard, { capture: true, passive: true, signal: until });
}
