/** A file as a string of printable ASCII, made by scripts/lib/pack.mjs, where the encoding is described. */
export interface Packed {
  readonly size: number;
  /** Every byte; the first 90 are one character each. */
  readonly order: readonly number[];
  readonly text: string;
}

/** The bytes of a packed file. */
export function unpack({ size, order, text }: Packed): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let from = 0;
  /** The place of a character among those from the space to the tilde, without the double quote, `<` and the backslash. */
  const next = () => {
    const code = text.charCodeAt(from++);
    return code - 32 - +(code > 34) - +(code > 60) - +(code > 92);
  };
  for (let to = 0; to < size; to++) {
    const place = next();
    bytes[to] = order[place < 90 ? place : 90 + (place - 90) * 92 + next()] as number;
  }
  return bytes;
}
