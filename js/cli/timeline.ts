// When a token is refreshed and a session ends, as a picture in text.
import type { ReadOptions } from '../check/options.js';
import type { ReadServer } from '../check/servers.js';
import { refreshes, windowFor } from '../check/settings.js';
import { inWords } from '../check/time.js';
import { columns } from './text.js';

const width = 60;
const never = Number.POSITIVE_INFINITY;

/** Empty where nothing is known of a token, nor of a limit. */
export function timeline(ours: ReadOptions, theirs: ReadServer | undefined): string {
  const isRefreshed = refreshes(ours, theirs);
  const { lifetime = never } = theirs ?? {};
  const period = isRefreshed ? periodOf(lifetime, ours) : never;
  const limits = limitsOf(ours, theirs);
  return [
    lifetime < never ? token(lifetime, ours, isRefreshed) : '',
    limits.length ? session(lifetime, period, limits) : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** From one refresh to the next, in the middle of what is drawn at random. */
function periodOf(lifetime: number, ours: ReadOptions): number {
  const window = windowFor(lifetime, ours);
  // A token that is due at once is refreshed at each check.
  return window >= lifetime ? ours.checkInterval : lifetime - window + spreadOf(window, ours) / 2;
}

/** A refresh comes at a random moment of so long after the token is due. */
const spreadOf = (window: number, { checkInterval }: ReadOptions) => Math.min(checkInterval, window / 5);

function token(lifetime: number, ours: ReadOptions, isRefreshed: boolean): string {
  const title = `A token, ${inWords(lifetime)}`;
  if (!isRefreshed)
    return [title, axis([0, lifetime]), bar([['=', width]]), '  = it is used; nothing refreshes it'].join('\n');
  const window = Math.min(windowFor(lifetime, ours), lifetime);
  const due = lifetime - window;
  const before = Math.round((due / lifetime) * width);
  const spread = Math.min(Math.max(1, Math.round((spreadOf(window, ours) / lifetime) * width)), width - before);
  return [
    title,
    axis([0, due, lifetime]),
    bar([
      ['=', before],
      ['r', spread],
      ['-', width - before - spread],
    ]),
    `  = not due   r refreshed at a random moment of these   - for trying again`,
  ].join('\n');
}

interface Limit {
  readonly name: string;
  readonly at: number;
  readonly told: string;
}

function limitsOf(ours: ReadOptions, theirs: ReadServer | undefined): Limit[] {
  const [idle, maximum] = [theirs?.idle, theirs?.maximum];
  const limit = (name: string, at: number, without = '') => ({ name, at, told: `${inWords(at)}${without}` });
  return [
    limit('idleTimeout', ours.idleTimeout, ' without activity'),
    ...(idle ? [limit(idle[1], idle[0], ' without a refresh')] : []),
    limit('maxSessionLifespan', ours.maxSessionLifespan),
    ...(maximum ? [limit(maximum[1], maximum[0])] : []),
  ].filter(({ at }) => at < never);
}

function session(lifetime: number, period: number, limits: readonly Limit[]): string {
  const end = Math.max(...limits.map(({ at }) => at));
  const lanes = limits.map(({ name, at, told }) => [name, lane(at, end), told]);
  const refreshed =
    period < never ? [['refreshes', marks(period, end), `about every ${inWords(Math.round(period))}`]] : [];
  const isCutShort = period === never && lifetime < end;
  const token = isCutShort
    ? [['token', lane(lifetime, end), `${inWords(lifetime)}, and then the session is over`]]
    : [];
  const rows = columns([['', axis([0, end]).slice(2), ''], ...refreshed, ...token, ...lanes]);
  return ['The session', ...rows.map((row) => `  ${row}`)].join('\n');
}

/** From the beginning to an end at its place. */
function lane(at: number, end: number): string {
  return `|${'-'.repeat(Math.max(0, Math.round((at / end) * width)))}X`.padEnd(width + 2);
}

/** An `r` wherever at least one refresh falls. */
function marks(period: number, end: number): string {
  const cells = Array.from({ length: width }, (_, cell) => {
    const [from, to] = [(cell / width) * end, ((cell + 1) / width) * end];
    return Math.floor(to / period) > Math.floor(from / period) ? 'r' : '.';
  });
  return `|${cells.join('')}|`;
}

const bar = (parts: readonly (readonly [string, number])[]) =>
  `  |${parts.map(([char, count]) => char.repeat(count)).join('')}|`;

/** Moments above their places; one that would run into another is left out. */
function axis(moments: readonly number[]): string {
  const last = moments.at(-1) as number;
  const line = Array<string>(width + 2).fill(' ');
  const isFree = (from: number, length: number) =>
    line.slice(Math.max(0, from - 1), from + length + 1).every((char) => char === ' ');
  for (const moment of [0, last, ...moments.slice(1, -1)]) {
    const text = moment === 0 ? '0' : inWords(moment);
    const place = Math.round((moment / last) * width);
    const from = Math.min(place, width + 2 - text.length);
    if (isFree(from, text.length)) line.splice(from, text.length, ...text);
  }
  return `  ${line.join('').trimEnd()}`;
}
