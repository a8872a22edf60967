import type { Glue } from './boundary.js';
import { EvertokenError, invalidOption } from './errors.js';

/** Where the wasm comes from: its URL, its bytes, a response that brings them, or a compiled module. */
export type WasmSource = string | URL | BufferSource | Response | WebAssembly.Module;

/** A source, a promise of one, or a function that makes one only when it is wanted. */
export type LazySource = WasmSource | Promise<WasmSource> | (() => WasmSource | Promise<WasmSource>);

export type Loader = ReturnType<typeof createLoader>;

/** Loads the wasm behind `glue` once, whoever asks; a load that failed may be tried again. */
export function createLoader(glue: Glue) {
  let loaded = false;
  let loading: Promise<Glue> | undefined;
  return {
    /** A source is looked at only where nothing is loaded or on its way. */
    load(source?: LazySource): Promise<Glue> {
      if (source === undefined && !loading) return Promise.reject(notInitialised());
      loading ??= instantiate(source, { './evertoken_bg.js': glue as unknown as WebAssembly.ModuleImports })
        .then(({ exports }) => {
          glue.__wbg_set_wasm(exports);
          (exports.__wbindgen_start as () => void)();
          loaded = true;
          return glue;
        })
        .catch((error) => {
          loading = undefined;
          throw error;
        });
      return loading;
    },
    /** For the functions that answer without waiting. */
    ready(): Glue {
      if (!loaded) throw notInitialised();
      return glue;
    },
  };
}

async function instantiate(from: unknown, imports: WebAssembly.Imports): Promise<WebAssembly.Instance> {
  if (typeof WebAssembly === 'undefined') throw unavailable('this browser has WebAssembly switched off');
  const source = await resolve(from);
  try {
    if (source instanceof WebAssembly.Module) return await WebAssembly.instantiate(source, imports);
    if (source instanceof Response) {
      if (!source.ok) throw unavailable(`the request for it was answered with ${source.status}`);
      // Browsers refuse to stream any other type, and parameters after it.
      if (/^application\/wasm$/i.test(source.headers.get('content-type') ?? '') && WebAssembly.instantiateStreaming)
        return (await WebAssembly.instantiateStreaming(source, imports)).instance;
    }
    const bytes = checked(source instanceof Response ? await source.arrayBuffer() : source);
    return (await WebAssembly.instantiate(bytes, imports)).instance;
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

async function resolve(from: unknown): Promise<Response | BufferSource | WebAssembly.Module> {
  let source: unknown;
  try {
    source = await (typeof from === 'function' ? from() : from);
    if (typeof source === 'string' || source instanceof URL) source = await fetch(source);
  } catch (error) {
    // What the caller's own promise threw stays out: it may carry a request with its headers.
    throw unavailable('it could not be fetched', error instanceof TypeError ? error : undefined);
  }
  if (source instanceof Response || source instanceof WebAssembly.Module || isBytes(source)) return source;
  throw invalidOption('source', source, 'a URL, bytes, a Response or a WebAssembly.Module');
}

function isBytes(source: unknown): source is BufferSource {
  // By its tag, since the buffer may come from another realm.
  return ArrayBuffer.isView(source) || Object.prototype.toString.call(source) === '[object ArrayBuffer]';
}

/** Says what went wrong where a server answers with its start page, better than "expected magic word" does. */
function checked(source: BufferSource): Uint8Array<ArrayBuffer> {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  const head = String.fromCharCode(...bytes.subarray(0, 32));
  if (!head.startsWith('\0asm'))
    throw unavailable(
      /^(\xef\xbb\xbf)?\s*</.test(head) ? 'an HTML page came in its place' : 'what came is not WebAssembly',
    );
  return bytes;
}

function notInitialised() {
  const message = "evertoken is not loaded yet: await init() first, with 'evertoken/slim' init(source)";
  return new EvertokenError('ERR_NOT_INITIALISED', message);
}

function unavailable(why: string, cause?: unknown) {
  return new EvertokenError('ERR_WASM_UNAVAILABLE', `evertoken.wasm cannot run: ${why}`, { cause });
}
