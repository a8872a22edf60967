import { expect, test } from 'vitest';
import { ofThisBuild } from '../../scripts/lib/wasm.mjs';

/** A module that imports a function and exports it again. */
const wasm = Buffer.concat([
  Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]),
  section(1, [1, 0x60, 0, 1, 0x7f]),
  section(2, [1, ...text('evertoken'), ...text('now'), 0, 0]),
  section(7, [1, ...text('again'), 0, 0]),
]);

async function run(bytes: Uint8Array, build: string) {
  const { instance } = await WebAssembly.instantiate(new Uint8Array(bytes), { [build]: { now: () => 2 } });
  return (instance.exports.again as () => number)();
}

test('a wasm fits what it was built with', async () => {
  const { wasm: built, build } = ofThisBuild(wasm, 'the other side');
  expect(await run(built, build)).toBe(2);
});

test('a wasm of another build is refused', async () => {
  const [one, two] = [ofThisBuild(wasm, 'the other side'), ofThisBuild(wasm, 'the other side, changed')];
  await expect(run(one.wasm, two.build)).rejects.toThrow(TypeError);
});

test('a wasm that imports nothing is no wasm of ours', () => {
  expect(() => ofThisBuild(wasm.subarray(0, 8), '')).toThrow('the wasm imports nothing');
});

function text(value: string) {
  return [value.length, ...Buffer.from(value)];
}

function section(id: number, bytes: number[]) {
  return Buffer.from([id, bytes.length, ...bytes]);
}
