// How servers read durations, as data for js/check/duration.ts. Lengths are in milliseconds.

/** How a text is read as a duration. Those that are known here are in {@link grammars}. */
export interface Grammar {
  /** Whose it is, as messages name it. */
  readonly name: string;
  /** What may be written, as messages say it. */
  readonly allowed: string;
  /** Whole texts that have a meaning of their own, in milliseconds. */
  readonly words: Readonly<Record<string, number>>;
  /** The ways to write one; the first whose `whole` matches is taken. */
  readonly forms: readonly GrammarForm[];
  /** The longest length that is taken, in milliseconds. */
  readonly longest: number;
  /** To what each part is rounded, in milliseconds. Default: it is not. */
  readonly precision?: number;
  /** Whether a length of 0 is never: such a token gets no end. */
  readonly isZeroNever?: true;
}

/** One way to write a duration. */
export interface GrammarForm {
  /** What the text as a whole must match. */
  readonly whole: RegExp;
  /** A number and its unit, its first two groups; all that are found are added up. */
  readonly part: RegExp;
  /** The units in small letters, in milliseconds; `''` is that of a bare number. */
  readonly units: Readonly<Record<string, number>>;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const week = 7 * day;
const year = 365.25 * day;
const units = { ms: 1, s: second, m: minute, h: hour, d: day, w: week };

const evertoken: Grammar = {
  name: 'Evertoken',
  allowed: 'write "90s", "5m", "1h30m", "7d", a number of seconds, or -1 for never',
  words: { '-1': Number.POSITIVE_INFINITY, Infinity: Number.POSITIVE_INFINITY },
  forms: [
    { whole: /^\d+(\.\d+)?$/, part: /(.+)()/g, units: { '': second } },
    {
      // From large to small, each at most once.
      whole: new RegExp(`^(?=.)${['w', 'd', 'h', 'm', 's', 'ms'].map((unit) => `(\\d+(\\.\\d+)?${unit})?`).join('')}$`),
      part: /([\d.]+)([a-z]+)/g,
      units,
    },
  ],
  longest: 100 * year,
};

// Python's: digits of any script count, and `$` is before a line feed at the end, too.
const digits = String.raw`-?\p{Nd}+(?:\.\p{Nd}+)?`;
const pythonPart = new RegExp(`(${digits})(ms|s|m|h|d|w)`, 'gu');

const openWebUi: Grammar = {
  name: "Open WebUI's JWT_EXPIRES_IN",
  allowed: 'write a number and one of ms, s, m, h, d, w, such as "4w", or -1 for no expiration',
  words: { '-1': Number.POSITIVE_INFINITY, '0': Number.POSITIVE_INFINITY },
  // Whatever stands around and between the parts is passed over.
  forms: [{ whole: /^/, part: pythonPart, units }],
  // As Python's timedelta.
  longest: 1_000_000_000 * day,
  precision: 0.001,
  isZeroNever: true,
};

const openWebUiPanel: Grammar = {
  ...openWebUi,
  name: "Open WebUI's admin panel",
  allowed: 'write one number and one of ms, s, m, h, d, w, such as "4w", or -1 for no expiration',
  forms: [{ whole: new RegExp(`^(-1|0|${digits}(ms|s|m|h|d|w))\\n?$`, 'u'), part: pythonPart, units }],
};

const msUnits = {
  ...named(year, 'y yr yrs year years'),
  ...named(week, 'w week weeks'),
  ...named(day, 'd day days'),
  ...named(hour, 'h hr hrs hour hours'),
  ...named(minute, 'm min mins minute minutes'),
  ...named(second, 's sec secs second seconds'),
  ...named(1, 'ms msec msecs millisecond milliseconds'),
  '': 1,
};
const msForm: GrammarForm = {
  whole: new RegExp(`^(?=.{1,100}$)-?\\d*\\.?\\d+ *(${Object.keys(msUnits).join('|')})$`, 'i'),
  part: /^([\d.-]+) *(.*)$/g,
  units: msUnits,
};

const ms: Grammar = {
  name: 'ms',
  allowed: 'write one number and one unit from ms to years, such as "8h" or "2 weeks"; a bare number is milliseconds',
  words: {},
  forms: [msForm],
  longest: Number.MAX_VALUE,
};

const betterForms: Grammar = {
  name: "BetterForms' Token Expiry",
  allowed: 'write one number and one unit, such as "8h" or "7d", a whole number of seconds, or nothing for 24 hours',
  words: { '': day },
  forms: [{ whole: /^\d+$/, part: /(.+)()/g, units: { '': second } }, msForm],
  longest: Number.MAX_VALUE,
};

/** The names in {@link grammars}. */
export type GrammarName = 'evertoken' | 'openWebUi' | 'openWebUiPanel' | 'betterForms' | 'ms';

/**
 * The grammars that are known: Evertoken's own, that of Open WebUI's variable `JWT_EXPIRES_IN` and of its admin panel, that
 * of BetterForms' Token Expiry, and that of the npm package `ms`, which `jsonwebtoken` reads `expiresIn` with.
 */
export const grammars: Readonly<Record<GrammarName, Grammar>> = {
  evertoken,
  openWebUi,
  openWebUiPanel,
  betterForms,
  ms,
};

function named(length: number, names: string): Record<string, number> {
  return Object.fromEntries(names.split(' ').map((name) => [name, length]));
}
