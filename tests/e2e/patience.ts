// What a test waits for comes, or the test fails at its own timeout: vitest's second is short for three browsers at once.
import { vi } from 'vitest';

const PATIENCE = 30_000;
const { waitUntil, waitFor } = vi;

vi.waitUntil = (callback, options) => waitUntil(callback, patient(options));
vi.waitFor = (callback, options) => waitFor(callback, patient(options));

const patient = <Options extends object>(options: Options | number | undefined) =>
  typeof options === 'number' ? options : { timeout: PATIENCE, ...options };
