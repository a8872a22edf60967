import { EvertokenError, show } from '../errors.js';
import { type Grammar, grammars } from './grammars.js';

/**
 * A duration in seconds as a grammar of {@link grammars} reads it; `Infinity` for never. A number counts as it is written.
 * A server may read a length below 0, too; its tokens are expired when they are issued.
 *
 * Throws `ERR_INVALID_DURATION`, naming the grammar and what it takes.
 */
export function parseDuration(text: string | number, grammar: Grammar = grammars.evertoken): number {
  const length = read(typeof text === 'number' ? written(text) : text, grammar);
  if (length !== undefined && !Number.isNaN(length)) return length / 1_000;
  const what = length === undefined ? 'is not a duration' : 'is too long';
  throw new EvertokenError('ERR_INVALID_DURATION', `${show(text)} ${what} for ${grammar.name}; ${grammar.allowed}`);
}

/**
 * LightNap's `Jwt.ExpirationMinutes` in seconds: a whole number from 5 to 1440.
 *
 * Throws `ERR_INVALID_DURATION` for anything else, as LightNap fails at its start.
 */
export function parseMinutes(minutes: string | number): number {
  const count = typeof minutes === 'string' && /^\d+$/.test(minutes) ? Number(minutes) : minutes;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 5 && count <= 1_440) return count * 60;
  const message = `${show(minutes)} is not a number of minutes for LightNap; write a whole number from 5 to 1440`;
  throw new EvertokenError('ERR_INVALID_DURATION', message);
}

/** In milliseconds; NaN for too long. */
function read(text: unknown, { words, forms, longest, precision, isZeroNever }: Grammar): number | undefined {
  if (typeof text !== 'string') return undefined;
  if (Object.hasOwn(words, text)) return words[text];
  const form = forms.find(({ whole }) => whole.test(text));
  const parts = form && [...text.matchAll(form.part)];
  if (!parts?.length) return undefined;
  let sum = 0;
  for (const [, number = '', unit = ''] of parts) {
    const length = toNumber(number) * (form?.units[unit.toLowerCase()] as number);
    sum += precision ? rounded(length / precision) * precision : length;
    if (!(Math.abs(sum) <= longest)) return Number.NaN;
  }
  return isZeroNever && sum === 0 ? Number.POSITIVE_INFINITY : sum;
}

/** Without an exponent. */
function written(number: number): string {
  return Math.abs(number) < 1e-6 ? number.toFixed(20) : String(number);
}

/** Digits may be those of any script, which stand in rows of ten (Unicode, general category Nd). */
function toNumber(text: string): number {
  return Number(
    text.replace(/[^\d.-]/gu, (digit) => {
      const code = digit.codePointAt(0) as number;
      let first = code;
      while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
      return String((code - first) % 10);
    }),
  );
}

/** To the nearest whole number, from the middle to the even one, as Python does. */
function rounded(number: number): number {
  const nearest = Math.round(number);
  return nearest - number === 0.5 && nearest % 2 ? nearest - 1 : nearest;
}
