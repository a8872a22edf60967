/** A wasm file as strings of printable ASCII, made by `scripts/lib/pack.mjs`, where the encoding is described. */
export interface Packed {
  /** How many bytes the file has. */
  readonly size: number;
  /** The immediates of each opcode under its number; under 254 how functions begin, under 255 what is no code, under 256 the opcodes. */
  readonly streams: readonly (readonly [number, string])[];
}

/** Where an opcode's immediates are more than a number they are bytes behind how many they are. */
const runs = [0x0e, 0x11, 0x44, 0xfc, 254, 255];

const everyByte = [...Array(256).keys()];

/** The bytes of a packed file. */
export function unpack({ size, streams }: Packed): Uint8Array<ArrayBuffer> {
  const reader = (text: string) => {
    let from = 0;
    let order = everyByte;
    // The characters from the space to the tilde, without the double quote, `<` and the backslash.
    const nextPlace = () => {
      const code = text.charCodeAt(from++);
      return code - 32 - +(code > 34) - +(code > 60) - +(code > 92);
    };
    const next = () => {
      const place = nextPlace();
      return order[place < 90 ? place : 90 + (place - 90) * 92 + nextPlace()] as number;
    };
    order = [...new Set([...Array.from({ length: next() }, next), ...everyByte])];
    return next;
  };
  const readers: Record<number, () => number> = {};
  for (const [name, text] of streams) readers[name] = reader(text);
  const nextOpcode = readers[256] as () => number;

  const bytes = new Uint8Array(size);
  let to = 0;
  /** Where the function under way begins, if one is. */
  let start = 0;
  while (to < size || start) {
    const opcode = nextOpcode();
    if (opcode < 254) {
      bytes[to++] = opcode;
    } else {
      // A function ends where something else begins; its length stands before it, in three bytes of LEB128.
      const length = to - start;
      if (start) bytes.set([length | 128, (length >> 7) | 128, length >> 14], start - 3);
      if (opcode === 254) to += 3;
      start = opcode === 254 ? to : 0;
    }
    const isAccess = opcode >= 0x28 && opcode <= 0x3e;
    const next = readers[isAccess ? 0x28 : opcode];
    // The alignment, which is 0.
    if (isAccess) to++;
    if (!next) continue;
    if (runs.includes(opcode)) {
      for (let left = next(); left > 0; left--) bytes[to++] = next();
    } else {
      do bytes[to] = next();
      while ((bytes[to++] as number) > 127);
    }
  }
  return bytes;
}
