// Random texts for readers of durations: valid ones, nearly valid ones, and wild ones. The same for the same seed.

const units = [
  'ms',
  's',
  'm',
  'h',
  'd',
  'w',
  'y',
  'mo',
  'month',
  'min',
  'mins',
  'sec',
  'hrs',
  'hours',
  'Days',
  'WEEKS',
  'yr',
];
const units100 = [
  'millisecond',
  'milliseconds',
  'msec',
  'msecs',
  'second',
  'seconds',
  'minutes',
  'hour',
  'hr',
  'week',
  'years',
  'yrs',
];
// Known to every Unicode of the last ten years: fullwidth, Devanagari, Arabic-Indic, Thai, mathematical bold and monospace.
const zeros = [0xff10, 0x966, 0x660, 0xe50, 0x1d7ce, 0x1d7f6];
const odd = [
  '\n',
  '\r\n',
  '\t',
  ' ',
  '  ',
  '\u00a0',
  '\u2028',
  '\u0000',
  'ſ',
  'K',
  'İ',
  'ß',
  '²',
  '½',
  '①',
  '𝐡',
  '😀',
  '\ud800',
  '_',
  '+',
  '-',
  '--',
  '.',
  '..',
  ',',
  'e',
  'E',
  'x',
  '"',
  '\\',
  '<',
  '%',
];
const literals = [
  '-1',
  '0',
  '',
  '00',
  '-0',
  '-01',
  '-1.0',
  '+1',
  'Infinity',
  'NaN',
  'null',
  '604800',
  '1e3',
  '0x10',
  'never',
];

export function* texts(count: number, seed: number): Generator<string> {
  const random = mulberry32(seed);
  const below = (end: number) => Math.floor(random() * end);
  const chance = (part: number) => random() < part;
  const pick = <Item>(list: readonly Item[]) => list[below(list.length)] as Item;
  const digit = () => (chance(0.03) ? String.fromCodePoint(pick(zeros) + below(10)) : String(below(10)));
  const many = (most: number, one: () => string) => Array.from({ length: 1 + below(most) }, one).join('');
  const digits = () => many(chance(0.02) ? 330 : chance(0.1) ? 20 : 4, digit);
  const fraction = () => (chance(0.3) ? `.${digits()}` : '');
  const number = () => (chance(0.15) ? '-' : '') + (chance(0.05) ? '' : digits()) + fraction();
  const unit = () => pick(chance(0.7) ? units : units100);
  const space = () => (chance(0.2) ? pick([' ', '  ', '\t', '\n']) : '');
  const part = () => number() + space() + (chance(0.1) ? '' : unit());
  const wild = () => many(12, () => (chance(0.4) ? pick(odd) : chance(0.5) ? digit() : unit()));
  /** With one place changed. */
  const bent = (text: string) => {
    const at = below(text.length + 1);
    return text.slice(0, at) + (chance(0.6) ? pick(odd) : '') + text.slice(at + below(2));
  };
  const text = () => {
    const kind = random();
    if (kind < 0.03) return pick(literals);
    if (kind < 0.45) return part();
    if (kind < 0.65) return many(4, part);
    if (kind < 0.67) return many(60, part);
    if (kind < 0.9) return bent(chance(0.5) ? part() : many(3, part));
    return wild();
  };
  for (let made = 0; made < count; made++) yield text();
}

function mulberry32(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
