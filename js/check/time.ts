const units: readonly [string, number][] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/** A length as a person says it, in its two largest units: `2 d 3 h`, `5 min`, `0.5 s`. */
export function inWords(seconds: number): string {
  if (seconds < 0) return `-${inWords(-seconds)}`;
  if (!Number.isFinite(seconds)) return 'never';
  if (seconds < 60) return `${Math.round(seconds * 1_000) / 1_000} s`;
  let left = Math.floor(seconds);
  const parts = units.flatMap(([name, length]) => {
    const count = Math.floor(left / length);
    left -= count * length;
    return [{ count, text: `${count} ${name}` }];
  });
  const first = parts.findIndex(({ count }) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(({ count }) => count > 0)
    .map(({ text }) => text)
    .join(' ');
}
