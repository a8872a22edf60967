import { size, streams } from './generated/bytes.js';
import { unpack } from './unpack.js';

/** The wasm that the default entry carries. */
export const wasmBytes = (): Uint8Array<ArrayBuffer> => unpack({ size, streams });
