/** A file as a string of printable ASCII, made by `scripts/lib/pack.mjs`, where the encoding is described. */
export interface Packed {
  readonly text: string;
  /** How many bytes the file has. */
  readonly size: number;
  /** The bytes that are one character each, in the order of the alphabet. */
  readonly singles: readonly number[];
}

/** The bytes of a packed file. */
export function unpack({ text, size, singles }: Packed): Uint8Array<ArrayBuffer> {
  const places = new Uint8Array(128);
  for (let code = 32, place = 0; code < 127; code++) {
    if (!'"\'`\\$<'.includes(String.fromCharCode(code))) places[code] = place++;
  }
  const rest = [...Array(256).keys()].filter((byte) => !singles.includes(byte));
  const half = Math.ceil(rest.length / 2);

  let from = 0;
  const next = () => places[text.charCodeAt(from++)] as number;
  const bytes = new Uint8Array(size);
  for (let to = 0; to < size; to++) {
    const place = next();
    const prefix = place - singles.length;
    bytes[to] = (prefix < 0 ? singles[place] : rest[prefix * half + next()]) as number;
  }
  return bytes;
}
