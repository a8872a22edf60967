/** Hears, once, that the signal is aborted, until what this returns is called. */
export function onAbort(signal: AbortSignal | null | undefined, heard: () => void): () => void {
  signal?.addEventListener('abort', heard);
  return () => signal?.removeEventListener('abort', heard);
}
