/**
 * Hears what happens to the page until the signal is aborted; in Node nothing does. Captured, it hears of what happens to the
 * page's document and elements too, and a page that stops the propagation of its events hides none.
 */
export function listen(types: string, heard: (event: Event) => void, until: AbortSignal, capture = true) {
  for (const type of types.split(' '))
    (globalThis as Partial<typeof globalThis>).addEventListener?.(type, heard, {
      capture,
      passive: true,
      signal: until,
    });
}
