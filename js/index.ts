import { load, start } from './api.js';
import { unpack } from './bytes.js';
import packed from './generated/bytes.js';
import type { Options, Session } from './types.js';

export { decodeToken, EvertokenError, parseDuration, RefreshRejected } from './api.js';
export type * from './types.js';

/**
 * Loads the wasm, once; later calls wait for the same load, and one that failed may be tried again. Only needed before
 * {@link decodeToken} and {@link parseDuration} where no session was started.
 *
 * Rejects with `ERR_WASM_UNAVAILABLE`, naming the cause: WebAssembly switched off, or a Content-Security-Policy without
 * `'wasm-unsafe-eval'`.
 */
export function init(): Promise<void> {
  return load(carried);
}

/**
 * Starts keeping a token fresh. Resolves after the first attempt, however that went.
 *
 * Rejects with `ERR_UNKNOWN_OPTION` or `ERR_INVALID_OPTION` for options that cannot be, an error of the tokens passed,
 * `ERR_WASM_UNAVAILABLE`, or `signal.reason`. Then nothing is left running.
 */
export function startRefreshLoop(options: Options): Promise<Session> {
  return start(options, carried);
}

/** The copy inside this module. */
const carried = () => WebAssembly.compile(unpack(packed));
