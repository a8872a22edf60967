// What a page loads, the limit to it, and the figures in docs/size.md and README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { adapters, bundled, extras } from './bundle.mjs';
import { at } from './project.mjs';

const limit = 57_500;

const page = at('docs/size.md');
const readme = at('README.md');

const columns = ['raw', 'gzip', 'brotli'];

/** Prints the sizes; refuses what is over the limit, and figures that are not true any more. */
export async function sizeTable() {
  const rows = await measure();
  const widest = Math.max(...rows.map(([name]) => name.length));
  const line = (cells) => cells.map((cell, index) => (index ? String(cell).padStart(9) : cell.padEnd(widest))).join('');
  console.log([['bytes', ...columns], ...rows].map(line).join('\n'));

  const total = rows[3].at(-1);
  if (total > limit) throw new Error(`the default entry is ${total} bytes after brotli; at most ${limit} are allowed`);
  const wrong = staleRow(readFileSync(page, 'utf8'), rows);
  if (wrong) throw new Error(`docs/size.md: its table is stale (${wrong}); npm run sizes writes it anew`);
  const told = readCount(readFileSync(readme, 'utf8').match(totalPlace)?.[0] ?? '');
  if (!isNear(told, total)) throw new Error(`README.md: its size is stale (${total}); npm run sizes writes it anew`);
  return `the default entry is ${total} bytes after brotli, ${limit} are allowed`;
}

/** Writes the table into docs/size.md, and the total into README.md. */
export async function writeSizes() {
  const rows = await measure();
  writeFileSync(page, withTable(readFileSync(page, 'utf8'), rows));
  writeFileSync(readme, readFileSync(readme, 'utf8').replace(totalPlace, count(rows[3].at(-1))));
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

const count = new Intl.NumberFormat('en-US').format;

const totalPlace = /(?<=<!-- size -->).*?(?=<!-- \/size -->)/;
const tablePlace = /(?<=<!-- sizes -->\n).*?(?=<!-- \/sizes -->)/s;

/** A text with the table of `rows` between its markers. */
export function withTable(text, rows) {
  if (!tablePlace.test(text))
    throw new Error('docs/size.md has no place for the size table: <!-- sizes --> … <!-- /sizes -->');
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  const body = rows.map(([name, ...sizes]) => line([name, ...sizes.map(count)]));
  return text.replace(tablePlace, `${line(['', ...columns])}|---|---:|---:|---:|\n${body.join('')}`);
}

// Another Rust or another brotli makes other bytes; that much is no reason to stop a build.
const tolerance = 0.03;

/** The first row of which the table in a text is wrong, as a message; `undefined` where it is true. */
export function staleRow(text, rows) {
  const table = [...(text.match(tablePlace)?.[0] ?? '').matchAll(/^\| (\S.*?) \|(.*)\|$/gm)];
  const told = new Map(table.map(([, name, cells]) => [name, cells.split('|').map((cell) => readCount(cell))]));
  const wrong = rows.find(([name, ...sizes]) => !sizes.every((size, index) => isNear(told.get(name)?.[index], size)));
  if (wrong) return `${wrong[0]}: ${wrong.slice(1).join(', ')}`;
  const names = rows.map(([name]) => name);
  return [...told.keys()].find((name) => !names.includes(name));
}

const isNear = (told, size) => Math.abs(told - size) <= size * tolerance;
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
