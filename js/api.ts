import { createCore } from './core.js';
import { build } from './generated/build.js';
import { createLoader, type Instantiate } from './init.js';
import { imports } from './io.js';
import { startSession } from './start.js';
import type { Claims, Duration, Options, Session } from './types.js';

export { EvertokenError, RefreshRejected } from './errors.js';

const loader = /* @__PURE__ */ createLoader({ [build]: imports }, createCore);

/** Loads the wasm, once for all entries of this package. */
export async function load(instantiate?: Instantiate): Promise<void> {
  await loader.load(instantiate);
}

export function start(options: Options, instantiate?: Instantiate): Promise<Session> {
  return startSession(options, () => loader.load(instantiate));
}

/**
 * The claims of a JWT (RFC 7519), read and **not verified**: the signature is not looked at.
 *
 * Throws `ERR_TOKEN_MALFORMED`, `ERR_TOKEN_TOO_LARGE`, `ERR_TOKEN_PAYLOAD` or `ERR_TOKEN_CLAIM`, and
 * `ERR_NOT_INITIALISED` before a start or `init()`.
 *
 * @typeParam More - types for claims of your own, on your own word
 */
export function decodeToken<More extends object = Record<string, unknown>>(jwt: string): Claims<More> {
  return loader.ready().readClaims(jwt) as Claims<More>;
}

/**
 * A duration in seconds; `Infinity` for never.
 *
 * Throws `ERR_INVALID_DURATION`, and `ERR_NOT_INITIALISED` before a start or `init()`.
 */
export function parseDuration(text: Duration): number {
  return loader.ready().parseDuration(text);
}
