import type { Core } from './boundary.js';
import type { Compile } from './compile.js';
import { EvertokenError } from './errors.js';

export type Loader = ReturnType<typeof createLoader>;

/** Loads the module once for all callers. A load that failed may be tried again. */
export function createLoader(instantiate: (module: WebAssembly.Module) => Core) {
  let loaded: Core | undefined;
  let loading: Promise<Core> | undefined;
  return {
    /** `compile` is called only where nothing is loaded or on its way. */
    load(compile?: Compile): Promise<Core> {
      if (!compile && !loading) return Promise.reject(notInitialised());
      loading ??= run(async () => instantiate(await (compile as Compile)()))
        .then((core) => {
          loaded = core;
          return core;
        })
        .catch((error) => {
          loading = undefined;
          throw error;
        });
      return loading;
    },
    /** For the functions that answer without waiting. */
    ready(): Core {
      if (!loaded) throw notInitialised();
      return loaded;
    },
  };
}

async function run(load: () => Promise<Core>): Promise<Core> {
  if (typeof WebAssembly === 'undefined') throw unavailable('this browser has WebAssembly switched off');
  try {
    return await load();
  } catch (error) {
    if (error instanceof EvertokenError) throw error;
    const { message } = error as Error;
    throw unavailable(causeOf(error, message), error);
  }
}

function causeOf(error: unknown, message: string): string {
  if (/unsafe-eval|wasm-eval|CSP|Content.Security.Policy/i.test(message))
    return "the page's Content-Security-Policy forbids it: add 'wasm-unsafe-eval' to script-src";
  // What it imports is named by the version of the crate.
  if (error instanceof WebAssembly.LinkError)
    return `it is of another version than this JavaScript; take evertoken.wasm from the same package (${message})`;
  return message;
}

function notInitialised() {
  const message = "evertoken is not loaded yet: await init() first, with 'evertoken/slim' init(source)";
  return new EvertokenError('ERR_NOT_INITIALISED', message);
}

export function unavailable(why: string, cause?: unknown) {
  return new EvertokenError('ERR_WASM_UNAVAILABLE', `evertoken.wasm cannot run: ${why}`, { cause });
}
