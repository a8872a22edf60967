import { calling } from './boundary.js';
import type { Compile } from './compile.js';
import { EvertokenError, show } from './errors.js';
import { initSync, parseDuration as parse, RefreshLoop, readClaims } from './generated/evertoken.js';
import { createLoader } from './init.js';
import { startSession } from './start.js';
import type { Claims, Duration, Options, Session } from './types.js';

export { EvertokenError, RefreshRejected } from './errors.js';

const loader = /* @__PURE__ */ createLoader((module) => {
  initSync({ module });
  return { RefreshLoop, readClaims, parseDuration: parse };
});

/** Loads the module, once for all entries of this package. */
export async function load(compile?: Compile): Promise<void> {
  await loader.load(compile);
}

export function start(options: Options, compile?: Compile): Promise<Session> {
  return startSession(options, () => loader.load(compile));
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
  const core = loader.ready();
  if (typeof jwt !== 'string')
    throw new EvertokenError('ERR_TOKEN_MALFORMED', `${show(jwt)} is not a JWT; give the token as a string`);
  return calling(() => core.readClaims(jwt) as Claims<More>);
}

/**
 * A duration in seconds; `Infinity` for never.
 *
 * Throws `ERR_INVALID_DURATION`, and `ERR_NOT_INITIALISED` before a start or `init()`.
 */
export function parseDuration(text: Duration): number {
  const core = loader.ready();
  return calling(() => core.parseDuration(text));
}
