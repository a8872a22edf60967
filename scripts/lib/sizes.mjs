// What a page loads, the limit to it, and the table of it in README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { adapters, bundled, extras } from './bundle.mjs';
import { at } from './project.mjs';

const limit = 30_000;

const columns = ['raw', 'gzip', 'brotli'];

/** Prints the sizes; refuses what is over the limit, and a table in README.md that is not true any more. */
export async function sizeTable() {
  const rows = await measure();
  const widest = Math.max(...rows.map(([name]) => name.length));
  const line = (cells) => cells.map((cell, index) => (index ? String(cell).padStart(9) : cell.padEnd(widest))).join('');
  console.log([['bytes', ...columns], ...rows].map(line).join('\n'));

  const total = rows[3].at(-1);
  if (total > limit) throw new Error(`the default entry is ${total} bytes after brotli; at most ${limit} are allowed`);
  const wrong = staleRow(readFileSync(at('README.md'), 'utf8'), rows);
  if (wrong) throw new Error(`README.md: its size table is stale (${wrong}); npm run sizes writes it anew`);
  return `the default entry is ${total} bytes after brotli, ${limit} are allowed`;
}

/** Writes the table into README.md. */
export async function writeSizes() {
  const text = readFileSync(at('README.md'), 'utf8');
  writeFileSync(at('README.md'), withTable(text, await measure()));
}

/** What is built, as rows of a name and the bytes of it. */
async function measure() {
  const built = async (entry, options) => {
    const [{ code }] = await bundled({ entryPoints: [at(entry)], ...options });
    return Buffer.from(code.replace(/\n\/\/# sourceMappingURL.*/, ''));
  };

  const wasm = readFileSync(at('dist/evertoken.wasm'));
  return [
    ['wasm (evertoken.wasm)', [wasm]],
    ['wasm as the default entry carries it', [await built('js/generated/bytes.js')]],
    ['API', [await built('js/slim.ts')]],
    ['evertoken, everything a page loads', loadedBy('index.js')],
    ['evertoken/slim with its wasm', [...loadedBy('slim.js'), wasm]],
    ...[...adapters, ...extras].map((name) => [`evertoken/${name}`, loadedBy(`${name}.js`)]),
  ].map(([name, files]) => [
    name,
    ...[raw, gzip, brotli].map((size) => files.reduce((sum, file) => sum + size(file), 0)),
  ]);
}

const tablePlace = /(?<=<!-- sizes -->\n).*?(?=<!-- \/sizes -->)/s;

/** A text with the table of `rows` between its markers. */
export function withTable(text, rows) {
  if (!tablePlace.test(text))
    throw new Error('README.md has no place for the size table: <!-- sizes --> … <!-- /sizes -->');
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  const count = new Intl.NumberFormat('en-US').format;
  const body = rows.map(([name, ...sizes]) => line([name, ...sizes.map(count)]));
  return text.replace(tablePlace, `${line(['', ...columns])}|---|---:|---:|---:|\n${body.join('')}`);
}

// Another Rust or another brotli makes other bytes; that much is no reason to stop a build.
const tolerance = 0.03;

/** The first row of which the table in a text is wrong, as a message; `undefined` where it is true. */
export function staleRow(text, rows) {
  const table = [...(text.match(tablePlace)?.[0] ?? '').matchAll(/^\| (\S.*?) \|(.*)\|$/gm)];
  const told = new Map(table.map(([, name, cells]) => [name, cells.split('|').map((cell) => readCount(cell))]));
  const wrong = rows.find(
    ([name, ...sizes]) => !sizes.every((size, index) => Math.abs(told.get(name)?.[index] - size) <= size * tolerance),
  );
  if (wrong) return `${wrong[0]}: ${wrong.slice(1).join(', ')}`;
  const names = rows.map(([name]) => name);
  return [...told.keys()].find((name) => !names.includes(name));
}

const readCount = (cell) => Number(cell.replaceAll(',', ''));

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
export const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;
