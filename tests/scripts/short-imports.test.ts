import { describe, expect, test } from 'vitest';
import { shortImports } from '../../scripts/lib/short-imports.mjs';

const name = '__wbg_now_463ac581d2fc7ea3';
const other = '__wbg_random_df36b90cd78a7d54';
const glue = `export function ${name}() { return 1; }\nexport function ${other}() { return 2; }\nexport class RefreshLoop {}\n`;

/** A module that imports two functions and exports the second of them as `again`. */
const wasm = Buffer.concat([
  Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]),
  section(1, [1, 0x60, 0, 1, 0x7f]),
  section(2, [2, ...entry(name), ...entry(other)]),
  section(7, [1, ...text('again'), 0, 1]),
]);

async function run(short: { wasm: Uint8Array; glue: string }) {
  const module = await import(`data:text/javascript,${encodeURIComponent(short.glue)}`);
  const imports = { './glue.js': module };
  const { instance } = await WebAssembly.instantiate(new Uint8Array(short.wasm), imports);
  return (instance.exports.again as () => number)();
}

describe('short names of imports', () => {
  test('fit the glue they were made with', async () => {
    expect(await run(shortImports(wasm, glue))).toBe(2);
  });

  test('leave none of the random digits, and what is public as it was', async () => {
    const short = shortImports(wasm, glue);
    expect(Buffer.from(short.wasm).toString('latin1')).not.toContain('463ac581d2fc7ea3');
    expect(short.glue).not.toMatch(/export function/);
    expect(short.glue).toContain('export class RefreshLoop');
  });

  test('refuse the glue of another build', async () => {
    const [one, two] = [shortImports(wasm, glue), shortImports(wasm, `${glue}// changed\n`)];
    await expect(run({ wasm: one.wasm, glue: two.glue })).rejects.toThrow(WebAssembly.LinkError);
  });

  test('need an export for each import', () => {
    expect(() => shortImports(wasm, glue.replace(other, 'renamed'))).toThrow(`the glue lacks ${other}`);
  });
});

function entry(imported: string) {
  return [...text('./glue.js'), ...text(imported), 0, 0];
}

function text(value: string) {
  return [value.length, ...Buffer.from(value)];
}

function section(id: number, bytes: number[]) {
  return Buffer.from([id, bytes.length, ...bytes]);
}
