// What a page loads, and the limit to it.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { esbuildOptions } from './bundle.mjs';
import { at } from './project.mjs';

const limit = 30_000;

export async function sizeTable() {
  const esbuild = await import('esbuild');
  const built = async (entry, options) =>
    (await esbuild.build({ ...esbuildOptions, entryPoints: [at(entry)], write: false, ...options })).outputFiles[0]
      .contents;

  const wasm = readFileSync(at('dist/evertoken.wasm'));
  const page = loadedBy('index.js');
  const rows = [
    ['wasm (evertoken.wasm)', [wasm]],
    ['wasm as the default entry carries it', [await built('js/generated/bytes.js')]],
    ['glue', [await built('js/generated/evertoken_bg.js')]],
    ['API', [await built('js/slim.ts', { external: ['./generated/evertoken_bg.js'] })]],
    ['evertoken, everything a page loads', page],
    ['evertoken/slim with its wasm', [...loadedBy('slim.js'), wasm]],
  ].map(([name, files]) => [
    name,
    ...[raw, gzip, brotli].map((size) => files.reduce((sum, file) => sum + size(file), 0)),
  ]);

  const widest = Math.max(...rows.map(([name]) => name.length));
  const line = (cells) => cells.map((cell, index) => (index ? String(cell).padStart(9) : cell.padEnd(widest))).join('');
  console.log([['bytes', 'raw', 'gzip', 'brotli'], ...rows].map(line).join('\n'));

  const total = rows[4].at(-1);
  if (total > limit) throw new Error(`the default entry is ${total} bytes after brotli; at most ${limit} are allowed`);
  return `the default entry is ${total} bytes after brotli, ${limit} are allowed`;
}

/** An entry of dist/ and every file it imports. */
function loadedBy(name, seen = new Map()) {
  if (!seen.has(name)) {
    const text = readFileSync(at('dist', name), 'utf8');
    seen.set(name, Buffer.from(text));
    for (const [, path] of text.matchAll(/(?:from|import)\s*"(\.\/[^"]+)"/g)) loadedBy(basename(path), seen);
  }
  return [...seen.values()];
}

const raw = (bytes) => bytes.length;
const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length;
const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;
