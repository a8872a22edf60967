// The wasm as a string of printable ASCII, for the default entry. js/unpack.ts is the way back.
//
// 87 bytes are one character each: a byte that is a frequent, safe character stands for itself, so that text stays text, and
// other frequent bytes take the places of rare characters. Every other byte is a prefix and a character. So bytes stay
// aligned, which compression needs and base64 destroys: after brotli this costs 3 % over the raw file, base64 costs 34 %.
// ASCII without quotes, backslash, `$` and `<` comes through every minifier as it is.

const unsafe = '"\'`\\$<';
const alphabet = Array.from({ length: 95 }, (_, index) => index + 32).filter(
  (code) => !unsafe.includes(String.fromCharCode(code)),
);
const prefixes = alphabet.slice(-2);
const places = alphabet.slice(0, -2);

/** @returns {{ text: string, size: number, singles: number[] }} `singles` has the byte for each place in the alphabet. */
export function pack(bytes) {
  const singles = chooseSingles(bytes);
  const rest = [...Array(256).keys()].filter((byte) => !singles.includes(byte));
  const half = Math.ceil(rest.length / 2);
  const codes = [];
  singles.forEach((byte, place) => {
    codes[byte] = String.fromCharCode(places[place]);
  });
  rest.forEach((byte, index) => {
    codes[byte] = String.fromCharCode(prefixes[Math.floor(index / half)], alphabet[index % half]);
  });
  return { text: Array.from(bytes, (byte) => codes[byte]).join(''), size: bytes.length, singles };
}

function chooseSingles(bytes) {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]++;
  const frequent = [...counts.keys()].sort((a, b) => counts[b] - counts[a] || a - b).slice(0, places.length);
  const moved = frequent.filter((byte) => !places.includes(byte)).sort((a, b) => a - b);
  return places.map((code) => (frequent.includes(code) ? code : moved.shift()));
}

export const packedModule = (bytes) =>
  Object.entries(pack(bytes))
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`)
    .join('');

export const packedTypes = 'export const text: string;\nexport const size: number;\nexport const singles: number[];\n';
