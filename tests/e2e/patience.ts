// What a test waits for comes, or the test fails: vitest's second is short for three browsers at once.
import { vi } from 'vitest';

/** In ms. Longer than it takes to see that a browser answers nothing any more. */
export const PATIENCE = 90_000;

const { waitUntil, waitFor } = vi;

vi.waitUntil = (callback, options) => waitUntil(callback, patient(options));
vi.waitFor = (callback, options) => waitFor(callback, patient(options));

const patient = <Options extends object>(options: Options | number | undefined) =>
  typeof options === 'number' ? options : { timeout: PATIENCE, ...options };
