import { readFileSync } from 'node:fs';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { wasmBytes } from '../../js/bytes.js';
import { unpack } from '../../js/unpack.js';
import { pack, packedModule, withLongSizes } from '../../scripts/lib/pack.mjs';

const numbered = (value: number): number[] => (value < 128 ? [value] : [128 + (value % 128), ...numbered(value >> 7)]);
const section = (id: number, content: Iterable<number>) => {
  const bytes = [...content];
  return [id, ...numbered(bytes.length), ...bytes];
};
const file = (...sections: number[][]) => Uint8Array.from([...Buffer.from('\0asm'), 1, 0, 0, 0, ...sections.flat()]);
/** A file with something that is no code. */
const withData = (content: Iterable<number>) => file(section(0, content));
/** A file with functions, each of which begins with two kinds of locals. */
const withCode = (...functions: number[][]) => file(section(1, [0]), codeSection(functions), section(11, [0]));
const codeSection = (functions: number[][]) => section(10, [...numbered(functions.length), ...functions.flatMap(body)]);
const body = (code: number[]) => [...numbered(code.length + 6), 2, 200, 1, 0x7f, 1, 0x7c, ...code];

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const text = new TextEncoder().encode('"quotes", \'more\', `ticks`, $, {braces}, back\\slash, </script>, ~}\r\n\0');
const everyPair = Uint8Array.from({ length: 2 * 256 * 256 }, (_, index) => (index % 2 ? index >> 1 : index >> 9) & 255);

const end = 0x0b;
const code: [string, number[]][] = [
  ['nothing', []],
  ['no immediates', [0x00, 0x0f, 0x1a, 0x1b, 0x6a, 0xc0]],
  ['locals and globals', [0x20, 0, 0x21, 86, 0x22, 87, 0x23, 0x88, 1, 0x24, 0xff, 0xff, 3]],
  ['integers', [0x41, 0xff, 0xff, 0xff, 0xff, 0x07, 0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1]],
  ['floats', [0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x44, ...everyByte.subarray(0xf8)]],
  ['blocks and branches', [0x02, 0x40, 0x03, 0x7f, 0x04, 0x7c, 0x0c, 1, 0x05, 0x0d, 2, end, end, end]],
  ['a table of branches', [0x0e, 3, 0, 1, 2, 0xc8, 1, 0x0e, 0, 0]],
  ['calls', [0x10, 0x80, 2, 0x11, 0x80, 1, 0]],
  ['loads and stores', [0x28, 0, 8, 0x37, 0, 0x80, 0x10, 0x2d, 0, 0]],
  ['the memory as a whole', [0x3f, 0, 0x40, 0, 0xfc, 10, 0, 0, 0xfc, 11, 0, 0xfc, 3]],
];

describe('a packed file', () => {
  test.each<[string, Uint8Array]>([
    ['an empty file', file()],
    ['every byte', withData(everyByte)],
    ['some bytes more often than others', withData(Uint8Array.from(Array(4096).keys(), (index) => index ** 2 % 251))],
    ['every pair of bytes', withData(everyPair)],
    ['text that source code would escape', withData(text)],
    ['one byte over and over', withData(new Uint8Array(1000).fill(0xff))],
    ...code.map(([name, instructions]): [string, Uint8Array] => [`code: ${name}`, withCode([...instructions, end])]),
    ['code: at the end of the file', file(codeSection([[end]]))],
    ['code: a long function', withCode([...Array(20_000).fill(0x1a), end])],
    ['code: several functions', withCode(...code.map(([, instructions]) => [...instructions, end]))],
  ])('gives back %s', (_, bytes) => {
    expect(Buffer.from(unpack(pack(bytes))).equals(withLongSizes(bytes))).toBe(true);
  });

  test('has three bytes for the size of each function, and else is the same', () => {
    const short = withCode([...Array(100).fill(0x1a), end], [end]);
    const long = Uint8Array.from(withLongSizes(short));
    expect(long.length).toBe(short.length + 2 * 2);
    expect(withLongSizes(long)).toEqual(long);
    expect(withLongSizes(withData(everyByte))).toEqual(withData(everyByte));
  });

  test('gives back the wasm of this build', () => {
    const wasm = readFileSync(new URL('../../js/generated/evertoken.wasm', import.meta.url));
    expect(Buffer.from(wasmBytes()).equals(withLongSizes(wasm))).toBe(true);
    expect(WebAssembly.validate(wasmBytes())).toBe(true);
  });

  test.each([
    ['an alignment', [0x28, 2, 8]],
    ['an opcode that is not known here', [0xfd, 0]],
  ])('is not made of code with %s', (_, instructions) => {
    expect(() => pack(withCode([...instructions, end]))).toThrow(/^pack: /);
  });

  test('holds only characters that need no escape anywhere', () => {
    expect(
      pack(withData(everyPair))
        .streams.map(([, stream]) => stream)
        .join(''),
    ).toMatch(/^[ !#-;=-[\]-~]+$/);
  });

  test('comes through a minifier as it is', async () => {
    const packed = withData(everyPair);
    const { code } = await transform(packedModule(packed), { minify: true, charset: 'ascii', format: 'esm' });
    for (const [, stream] of pack(packed).streams) expect(code).toContain(`"${stream}"`);
  });
});
