import { readFileSync } from 'node:fs';
import { transform } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { unpack } from '../../js/bytes.js';
import packed from '../../js/generated/bytes.js';
import { pack, packedModule } from '../../scripts/lib/pack.mjs';

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const everyPair = Uint8Array.from({ length: 2 * 256 * 256 }, (_, index) => (index % 2 ? index >> 1 : index >> 9) & 255);
const text = new TextEncoder().encode('"quotes", \'more\', `ticks`, $, {braces}, back\\slash, </script>, ~}\r\n\0');

describe('a packed file', () => {
  test.each<[string, Uint8Array]>([
    ['an empty file', new Uint8Array()],
    ['every byte', everyByte],
    ['some bytes more often than others', Uint8Array.from(Array(4096).keys(), (index) => index ** 2 % 251)],
    ['every pair of bytes', everyPair],
    ['text that source code would escape', text],
    ['one byte over and over', new Uint8Array(1000).fill(0xff)],
  ])('gives back %s', (_, bytes) => {
    expect(Buffer.from(unpack(pack(bytes))).equals(bytes)).toBe(true);
  });

  test('gives back the wasm of this build', () => {
    const wasm = readFileSync(new URL('../../js/generated/evertoken.wasm', import.meta.url));
    expect(Buffer.from(unpack(packed)).equals(wasm)).toBe(true);
  });

  test('holds only characters that need no escape anywhere', () => {
    expect(pack(everyPair).text).toMatch(/^[ !#-;=-[\]-~]+$/);
  });

  test('comes through a minifier as it is', async () => {
    const { code } = await transform(packedModule(everyPair), { minify: true, charset: 'ascii', format: 'esm' });
    expect(code).toContain(`"${pack(everyPair).text}"`);
  });
});
