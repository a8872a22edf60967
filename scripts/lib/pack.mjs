// A wasm file as strings of printable ASCII, for the default entry. js/unpack.ts is the way back.
//
// First its bytes are sorted: all opcodes are one stream, and the immediates of each opcode are another one. What is of one kind
// compresses better side by side.
//
// Then each stream becomes a string. 87 bytes are one character each, every other byte is a prefix and a character. So bytes stay
// aligned, which compression needs and base64 destroys. Among numbers the 87 are those from 0 up. Among opcodes and text they are
// the most frequent ones, and a safe character stands for itself. ASCII without quotes, backslash, `$` and `<` comes through every
// minifier as it is.

/** The streams of the opcodes, and of what is no code: the other sections, and how each function begins. The latter has an opcode. */
const opcodes = 256;
const noCode = 255;

const everyByte = [...Array(256).keys()];

/**
 * @returns {{ size: number, singles: string, streams: Record<number, string> }} `singles` has the frequent bytes in the order
 * of the alphabet.
 */
export function pack(wasm) {
  const streams = sort(wasm);
  const singles = chooseSingles([...streams[opcodes], ...streams[noCode]]);
  const order = [...new Set([...singles, ...everyByte])];
  const texts = Object.entries(streams).map(([name, bytes]) => [name, spell(bytes, name < noCode ? everyByte : order)]);
  return { size: wasm.length, singles: spell(singles, everyByte), streams: Object.fromEntries(texts) };
}

/** The streams: those of the immediates are named by their opcode. */
function sort(wasm) {
  const streams = { [opcodes]: [], [noCode]: [] };
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
  for (const [start, end] of functionBodies(wasm)) {
    putNoCode(copied, start);
    for (let at = start; at < end; ) {
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
  return streams;
}

/** Bytes behind how many they are. A number needs no count: its last byte is its first one below 128. */
const run = (bytes) => [bytes.length, ...bytes];

/** Where the code of each function begins and ends. */
function* functionBodies(wasm) {
  let at = 8;
  while (at < wasm.length) {
    const [content, size] = [endOfNumber(wasm, at + 1), numberAt(wasm, at + 1)];
    const isCode = wasm[at] === 10;
    at = content + size;
    if (!isCode) continue;
    for (let body = endOfNumber(wasm, content); body < at; ) {
      const locals = endOfNumber(wasm, body);
      const end = locals + numberAt(wasm, body);
      yield [afterNumbers(wasm, locals, 1 + 2 * numberAt(wasm, locals)), end];
      body = end;
    }
  }
}

/** Loads and stores share a stream: the offsets of one object's fields. */
const accesses = 0x28;
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

/** An unsigned number in LEB128. */
function numberAt(wasm, at) {
  const more = wasm[at] >= 128 ? numberAt(wasm, at + 1) : 0;
  return (wasm[at] % 128) + 128 * more;
}

const unsafe = '"\'`\\$<';
const alphabet = Array.from({ length: 95 }, (_, index) => index + 32).filter(
  (code) => !unsafe.includes(String.fromCharCode(code)),
);
const prefixes = alphabet.slice(-2);
const places = alphabet.slice(0, -2);

/** The first bytes of `order` are one character each. */
function spell(bytes, order) {
  const pairs = prefixes.flatMap((prefix) => alphabet.map((code) => String.fromCharCode(prefix, code)));
  const spellings = [...places.map((code) => String.fromCharCode(code)), ...pairs];
  return Array.from(bytes, (byte) => spellings[order.indexOf(byte)]).join('');
}

function chooseSingles(bytes) {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]++;
  const frequent = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b).slice(0, places.length);
  const moved = frequent.filter((byte) => !places.includes(byte)).sort((a, b) => a - b);
  return places.map((code) => (frequent.includes(code) ? code : moved.shift()));
}

export const packedModule = (wasm) =>
  Object.entries(pack(wasm))
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`)
    .join('');

export const packedTypes =
  'export const size: number;\nexport const singles: string;\nexport const streams: Record<number, string>;\n';
