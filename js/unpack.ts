/** A wasm file as strings of printable ASCII, made by `scripts/lib/pack.mjs`, where the encoding is described. */
export interface Packed {
  /** How many bytes the file has. */
  readonly size: number;
  /** The bytes that are one character each among opcodes and text, in the order of the alphabet. */
  readonly singles: string;
  /** The immediates of each opcode under its number; under 255 what is no code, under 256 the opcodes. */
  readonly streams: Readonly<Record<number, string>>;
}

/** What is no code, and the opcodes whose immediates are more than a number: bytes behind how many they are. */
const runs = [255, 0x0e, 0x11, 0x44, 0xfc];

/** The bytes of a packed file. */
export function unpack({ size, singles, streams }: Packed): Uint8Array<ArrayBuffer> {
  const places: number[] = [];
  for (let code = 32, place = 0; code < 127; code++) {
    if (!'"\'`\\$<'.includes(String.fromCharCode(code))) places[code] = place++;
  }
  const reader = (text: string, order: readonly number[]) => {
    let from = 0;
    const next = () => places[text.charCodeAt(from++)] as number;
    return () => {
      const place = next();
      return order[place < 87 ? place : 87 + (place - 87) * 89 + next()] as number;
    };
  };
  const everyByte = [...Array(256).keys()];
  const order = [...new Set([...Array.from({ length: 87 }, reader(singles, everyByte)), ...everyByte])];
  const readers: Record<number, () => number> = {};
  for (const name in streams) readers[name] = reader(streams[name] as string, +name < 255 ? everyByte : order);
  const nextOpcode = readers[256] as () => number;

  const bytes = new Uint8Array(size);
  let to = 0;
  while (to < size) {
    const opcode = nextOpcode();
    const isAccess = opcode >= 0x28 && opcode <= 0x3e;
    const next = readers[isAccess ? 0x28 : opcode];
    if (opcode < 255) bytes[to++] = opcode;
    // The alignment, 0 everywhere.
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
