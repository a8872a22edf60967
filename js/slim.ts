import { load, start } from './api.js';
import { fromSource } from './source.js';
import type { Options, Session, WasmSource } from './types.js';

export { decodeToken, EvertokenError, parseDuration, RefreshRejected } from './api.js';
export type * from './types.js';

/**
 * Loads the wasm, once; later calls wait for the same load, and one that failed may be tried again. Needed before
 * anything else here. A response (or a URL) of the type `application/wasm` is compiled while it arrives.
 *
 * Rejects with `ERR_WASM_UNAVAILABLE`, naming the cause.
 *
 * @param source - where `evertoken/evertoken.wasm` is: a URL, its bytes, a `Response` or a promise of one, or a
 * `WebAssembly.Module`
 */
export function init(source: WasmSource | Promise<WasmSource>): Promise<void> {
  return load(fromSource(source));
}

/**
 * Starts keeping a token fresh. Resolves after the first attempt, however that went.
 *
 * Rejects with `ERR_NOT_INITIALISED` without an `init()` before, `ERR_UNKNOWN_OPTION`, `ERR_INVALID_OPTION`, an error
 * of the tokens passed, or `signal.reason`. Then nothing is left running.
 */
export function startRefreshLoop(options: Options): Promise<Session> {
  return start(options);
}
