import type { Core, Glue } from './boundary.js';
import { EvertokenError } from './errors.js';

/** Brings the wasm to life. */
export type Instantiate = (imports: WebAssembly.Imports) => Promise<WebAssembly.Instance>;

export type Loader = ReturnType<typeof createLoader>;

/** Loads the wasm once, whoever asks; a load that failed may be tried again. */
export function createLoader(imports: WebAssembly.Imports, createCore: (glue: Glue) => Core) {
  let loaded: Core | undefined;
  let loading: Promise<Core> | undefined;
  return {
    /** `instantiate` is called only where nothing is loaded or on its way. */
    load(instantiate?: Instantiate): Promise<Core> {
      if (!instantiate && !loading) return Promise.reject(notInitialised());
      loading ??= run(instantiate as Instantiate, imports)
        .then(({ exports }) => {
          loaded = createCore(exports as unknown as Glue);
          return loaded;
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

async function run(instantiate: Instantiate, imports: WebAssembly.Imports): Promise<WebAssembly.Instance> {
  if (typeof WebAssembly === 'undefined') throw unavailable('this browser has WebAssembly switched off');
  try {
    return await instantiate(imports);
  } catch (error) {
    if (error instanceof EvertokenError) throw error;
    const { message } = error as Error;
    throw unavailable(
      /unsafe-eval|wasm-eval|CSP|Content.Security.Policy/i.test(message)
        ? "the page's Content-Security-Policy forbids it: add 'wasm-unsafe-eval' to script-src"
        : message,
      error,
    );
  }
}

function notInitialised() {
  const message = "evertoken is not loaded yet: await init() first, with 'evertoken/slim' init(source)";
  return new EvertokenError('ERR_NOT_INITIALISED', message);
}

export function unavailable(why: string, cause?: unknown) {
  return new EvertokenError('ERR_WASM_UNAVAILABLE', `evertoken.wasm cannot run: ${why}`, { cause });
}
