import type { Compile } from './compile.js';
import { invalidOption } from './errors.js';
import { unavailable } from './init.js';
import type { WasmSource } from './types.js';

/** Takes the wasm from where the caller has it. */
export function fromSource(given: WasmSource | Promise<WasmSource>): Compile {
  return async () => {
    const source = await resolve(given);
    if (source instanceof WebAssembly.Module) return source;
    if (source instanceof Response) {
      if (!source.ok) throw unavailable(`the request for it was answered with ${source.status}`);
      // Browsers refuse to stream any other type, and parameters after it.
      if (/^application\/wasm$/i.test(source.headers.get('content-type') ?? '') && WebAssembly.compileStreaming)
        return WebAssembly.compileStreaming(source);
    }
    return WebAssembly.compile(checked(source instanceof Response ? await source.arrayBuffer() : source));
  };
}

async function resolve(from: unknown): Promise<Response | BufferSource | WebAssembly.Module> {
  let source: unknown;
  try {
    source = await from;
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
