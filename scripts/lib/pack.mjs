// A file as a string of printable ASCII, for the default entry. js/bytes.ts is the way back.
//
// 90 bytes are one character each, every other byte is one of two prefixes and a character. So bytes stay aligned, which compression
// needs and base64 destroys. In quotes, ASCII without those, backslash and `<` comes through every minifier as it is.

const alphabet = Array.from({ length: 95 }, (_, index) => String.fromCharCode(index + 32)).filter(
  (character) => !'"<\\'.includes(character),
);
const prefixes = alphabet.slice(-2);
const singles = alphabet.slice(0, -2);
const spellings = [...singles, ...prefixes.flatMap((prefix) => alphabet.map((last) => prefix + last))];

/** The size of a file, every byte in the order of the spellings, and the text. */
export function pack(file) {
  const counts = Array(256).fill(0);
  for (const byte of file) counts[byte]++;
  const byCount = [...counts.keys()].sort((one, other) => counts[other] - counts[one]);
  // A character that comes often stays itself, so that names stay text. The other bytes follow by how often they come.
  const common = byCount.slice(0, singles.length);
  const own = singles.map((character) => character.charCodeAt(0));
  const others = byCount.filter((byte) => !(own.includes(byte) && common.includes(byte)));
  const order = own.map((byte) => (common.includes(byte) ? byte : (others.shift() ?? byte))).concat(others);
  return { size: file.length, order, text: Array.from(file, (byte) => spellings[order.indexOf(byte)]).join('') };
}

export function packedModule(file) {
  return `export default ${JSON.stringify(pack(file))};\n`;
}

export const packedTypes = 'declare const packed: import("../bytes.js").Packed;\nexport default packed;\n';
