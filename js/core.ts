import { type Core, type Failure, type Glue, toError } from './boundary.js';
import { give, inHand, reachMemory, take } from './io.js';
import { startLoop } from './loop.js';
import type { Claims } from './tokens.js';

/** What the wasm behind `glue` can do. */
export function createCore(glue: Glue): Core {
  reachMemory(glue.memory);
  return {
    startLoop: (options, abilities, kept, host) => startLoop(glue, options, abilities, kept, host),
    readClaims(jwt) {
      give({ jwt });
      if (!glue.readClaims()) throw toError(take() as unknown as Failure);
      return inHand() as Claims;
    },
    parseDuration(duration) {
      give({ duration });
      const seconds = glue.parseDuration();
      if (Number.isNaN(seconds)) throw toError(take() as unknown as Failure);
      return seconds;
    },
  };
}
