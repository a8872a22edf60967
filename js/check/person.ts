const day = 86_400;
const units: Record<string, number> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3_600,
  d: day,
  w: 7 * day,
  mo: 30 * day,
  y: 365.25 * day,
};
const names: readonly [RegExp, string][] = [
  [/^(ms|msecs?|milliseconds?)$/, 'ms'],
  [/^(s|secs?|seconds?)$/, 's'],
  [/^(m|mins?|minutes?)$/, 'm'],
  [/^(h|hrs?|hours?)$/, 'h'],
  [/^(d|days?)$/, 'd'],
  [/^(w|weeks?)$/, 'w'],
  [/^(mo|mos|months?)$/, 'mo'],
  [/^(y|yrs?|years?)$/, 'y'],
];

/** What a person would take a text for, in seconds, a month for 30 days; nothing where that is anybody's guess. */
export function asAPersonReads(text: string): number | undefined {
  // Digits of any width are the same to the eye.
  const plain = text.normalize('NFKC').trim().toLowerCase().replace(/^\+/, '');
  const parts = [...plain.matchAll(/(\d+(?:\.\d+)?|\.\d+)\s*([a-z]+)\s*/g)];
  if (parts.map(([part]) => part).join('') !== plain || !parts.length) return undefined;
  const sum = parts.reduce((sum, [, number, unit = '']) => {
    const name = names.find(([spelling]) => spelling.test(unit))?.[1] ?? '';
    return sum + Number(number) * (units[name] ?? Number.NaN);
  }, 0);
  return Number.isNaN(sum) ? undefined : Math.round(sum * 1e6) / 1e6;
}
