// A wasm file as strings of printable ASCII, for the default entry. js/unpack.ts is the way back.
//
// First its bytes are sorted: all opcodes are one stream, and the immediates of each opcode are another one. What is of one kind
// compresses better side by side. The size of a function is left out: it is as long as it is. Unpacked it takes three bytes.
//
// Then each stream becomes a string. 90 bytes are one character each, every other byte is a prefix and a character. So bytes stay
// aligned, which compression needs and base64 destroys. A string begins with how many bytes come first in its order, and with these;
// all others follow from 0 up. In quotes, ASCII without those, backslash and `<` comes through every minifier as it is.
import { readFileSync } from 'node:fs';

/** The streams of how functions begin, of what is no code, and of the opcodes. The first two have opcodes of their own there. */
const functions = 254;
const noCode = 255;
const opcodes = 256;

/** Loads and stores share a stream: the offsets of one object's fields. */
const accesses = 0x28;

// Brotli reads a character in the light of the two before it, by their kinds: vowels, other letters, digits, brackets and so on.
// Under these orders that helps most; scripts/find-orders.mjs has found them. Under any others all works too.
const found = JSON.parse(readFileSync(new URL('orders.json', import.meta.url), 'utf8'));

/** @returns {{ size: number, streams: [number, string][] }} the streams as `orders.streams` has them, each in its order of `orders.bytes`. */
export function pack(module, orders = found) {
  const wasm = withLongSizes(module);
  const streams = sort(wasm);
  const names = [...new Set([...orders.streams, ...Object.keys(streams)])].filter((name) => streams[name]);
  const text = (name) => spellInOrder(streams[name], [...Buffer.from(orders.bytes[name] ?? '', 'hex')]);
  return { size: wasm.length, streams: names.map((name) => [Number(name), text(name)]) };
}

/** The same module with three bytes for the size of each function: they can be written before it when it has come to its end. */
export function withLongSizes(wasm) {
  const bodies = [...functionsOf(wasm)];
  if (bodies.length === 0) return wasm;
  const { section, size: first } = bodies[0];
  const content = [
    ...wasm.subarray(endOfNumber(wasm, section), first),
    ...bodies.flatMap(({ start, end }) => [...inThreeBytes(end - start), ...wasm.subarray(start, end)]),
  ];
  const rest = wasm.subarray(bodies.at(-1).end);
  return Uint8Array.from([...wasm.subarray(0, section), ...inLeb128(content.length), ...content, ...rest]);
}

const everyByte = [...Array(256).keys()];

/** The streams: those of the immediates are named by their opcode. */
function sort(wasm) {
  const streams = { [opcodes]: [] };
  const put = (opcode, name, bytes) => {
    streams[opcodes].push(opcode);
    if (bytes.length === 0) return;
    streams[name] ??= [];
    streams[name].push(...bytes);
  };
  const putNoCode = (from, to) => {
    for (let at = from; at < to; at += 255) put(noCode, noCode, run(wasm.subarray(at, Math.min(at + 255, to))));
  };

  let copied = 0;
  for (const { size, start, code, end } of functionsOf(wasm)) {
    putNoCode(copied, size);
    put(functions, functions, run(wasm.subarray(start, code)));
    for (let at = code; at < end; ) {
      const opcode = wasm[at];
      const next = endOfInstruction(wasm, at);
      const immediates = wasm.subarray(at + 1, next);
      if (isAccess(opcode)) {
        // The alignment of an access is a hint, which wasm-opt has made the same everywhere.
        if (immediates[0] !== 0) throw new Error('pack: a load or a store that is aligned');
        put(opcode, accesses, immediates.subarray(1));
      } else {
        put(opcode, opcode, runs.includes(opcode) ? run(immediates) : immediates);
      }
      at = next;
    }
    copied = end;
  }
  putNoCode(copied, wasm.length);
  // Where nothing else comes behind it this ends the last function.
  put(noCode, noCode, run([]));
  return streams;
}

/** Bytes behind how many they are. A number needs no count: its last byte is the first one below 128. */
const run = (bytes) => [bytes.length, ...bytes];

/** Where the section of each function has its size, and the function its own, where it starts behind that, where its code starts, and where it ends. */
function* functionsOf(wasm) {
  let at = 8;
  while (at < wasm.length) {
    const content = endOfNumber(wasm, at + 1);
    const endOfSection = content + numberAt(wasm, at + 1);
    for (let size = endOfNumber(wasm, content); wasm[at] === 10 && size < endOfSection; ) {
      const start = endOfNumber(wasm, size);
      const end = start + numberAt(wasm, size);
      yield { section: at + 1, size, start, code: afterNumbers(wasm, start, 1 + 2 * numberAt(wasm, start)), end };
      size = end;
    }
    at = endOfSection;
  }
}

const isAccess = (opcode) => opcode >= 0x28 && opcode <= 0x3e;

/** The opcodes whose immediates are something else than a number: `br_table`, `call_indirect`, `f64.const`, and those of two bytes. */
const runs = [0x0e, 0x11, 0x44, 0xfc];

/** Those with a number: blocks, branches, calls, variables, the size of the memory, integers. */
const withNumber = [2, 3, 4, 0x0c, 0x0d, 0x10, 0x20, 0x21, 0x22, 0x23, 0x24, 0x3f, 0x40, 0x41, 0x42];

function endOfInstruction(wasm, at) {
  const opcode = wasm[at];
  const numbers = (count) => afterNumbers(wasm, at + 1, count);
  if (withNumber.includes(opcode)) return numbers(1);
  if (isAccess(opcode) || opcode === 0x11) return numbers(2);
  if (opcode === 0x0e) return numbers(2 + numberAt(wasm, at + 1));
  if (opcode === 0x44) return at + 9;
  // Saturating conversions have a number alone; behind it `memory.copy` names two memories, and `memory.fill` one.
  if (opcode === 0xfc) return numbers({ 10: 3, 11: 2 }[wasm[at + 1]] ?? 1);
  if (isAlone(opcode)) return at + 1;
  throw new Error(`pack: what follows the opcode ${opcode}?`);
}

/** Without immediates: `unreachable`, `else`, `end`, `return`, `drop`, `select`, and all that calculates. */
const isAlone = (opcode) => [0, 5, 0x0b, 0x0f, 0x1a, 0x1b].includes(opcode) || (opcode >= 0x45 && opcode <= 0xc4);

function afterNumbers(wasm, at, count) {
  let end = at;
  for (let left = count; left > 0; left--) end = endOfNumber(wasm, end);
  return end;
}

function endOfNumber(wasm, at) {
  let last = at;
  while (wasm[last] >= 128) last++;
  return last + 1;
}

const inLeb128 = (value) => (value < 128 ? [value] : [128 + (value % 128), ...inLeb128(value >> 7)]);

const inThreeBytes = (value) => [128 + (value % 128), 128 + ((value >> 7) % 128), value >> 14];

/** An unsigned number in LEB128. */
function numberAt(wasm, at) {
  const more = wasm[at] >= 128 ? numberAt(wasm, at + 1) : 0;
  return (wasm[at] % 128) + 128 * more;
}

const unsafe = '"<\\';
const alphabet = Array.from({ length: 95 }, (_, index) => index + 32).filter(
  (code) => !unsafe.includes(String.fromCharCode(code)),
);
const prefixes = alphabet.slice(-2);
/** The characters that are one byte each. */
const places = alphabet.slice(0, -2);

/** The order, which begins with `first`, and the bytes in it. */
function spellInOrder(bytes, first) {
  const order = [...new Set([...first, ...everyByte])];
  return spell([first.length, ...first], everyByte) + spell(bytes, order);
}

/** The first bytes of `order` are one character each. */
function spell(bytes, order) {
  const pairs = prefixes.flatMap((prefix) => alphabet.map((code) => String.fromCharCode(prefix, code)));
  const spellings = [...places.map((code) => String.fromCharCode(code)), ...pairs];
  return Array.from(bytes, (byte) => spellings[order.indexOf(byte)]).join('');
}

export function packedModule(wasm, orders) {
  const { size, streams } = pack(wasm, orders);
  return `export const size = ${size};\nexport const streams = ${JSON.stringify(streams)};\n`;
}

export const packedTypes = 'export const size: number;\nexport const streams: [number, string][];\n';
