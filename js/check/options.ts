// Options of `startRefreshLoop` as plain values, and what is wrong with each. The ranges are those of src/core/settings.rs.
import { type EvertokenError, show } from '../errors.js';
import { isRecord, readFields } from '../names.js';
import { optionNames } from '../option-names.js';
import type { Duration, Options } from '../types.js';
import { parseDuration } from './duration.js';
import type { Tell } from './findings.js';

/** Options of `startRefreshLoop`, or a part of them. */
export type CheckedOptions = { readonly [Name in keyof Options]?: Options[Name] | undefined };

/** In seconds. */
export interface ReadOptions {
  readonly checkInterval: number;
  readonly refreshWindow: number;
  readonly idleTimeout: number;
  readonly maxSessionLifespan: number;
  readonly adaptiveWindow: boolean;
  /** The options as they were given. */
  readonly given: Readonly<Record<string, unknown>>;
}

const never = Number.POSITIVE_INFINITY;
const day = 86_400;

/** Default, least, most, what is allowed, and from how many seconds on a number is more likely one of milliseconds. */
const durations: Record<string, readonly [number, number, number, string, number]> = {
  checkInterval: [60, 0.1, day, 'between 0.1 s and 86400 s', 10_000],
  refreshWindow: [300, 0, 365 * day, 'between 0 s and 365 days', 100_000],
  refreshTimeout: [10, 0.1, 600, 'between 0.1 s and 600 s', 500],
  idleTimeout: [never, 1, never, 'between 1 s and 100 years, or -1 for never', 600_000],
  maxSessionLifespan: [never, 1, never, 'between 1 s and 100 years, or -1 for never', 10_000_000],
  idleWarning: [60, 0, 365 * day, 'between 0 s and 365 days', 10_000],
  sessionWarning: [300, 0, 365 * day, 'between 0 s and 365 days', 60_000],
};
const warnings = { idleWarning: 'idleTimeout', sessionWarning: 'maxSessionLifespan' } as const;
const choices: Record<string, readonly unknown[]> = {
  adaptiveWindow: [true, false],
  refreshWhileIdle: [true, false],
  tabs: [true, false],
  spread: ['window', 'lifetime'],
  activity: ['input', 'manual'],
  accessTokenFormat: ['auto', 'jwt', 'opaque'],
};

/** Reads them, with the default in the place of what is wrong. */
export function readOptions(options: object, tell: Tell): ReadOptions {
  const given = knownFields(options, optionNames, tell);
  const seconds = Object.fromEntries(Object.keys(durations).map((name) => [name, readLength(given, name, tell)]));
  for (const [name, limit] of Object.entries(warnings)) {
    const isLater = given[name] !== undefined && (seconds[name] as number) >= (seconds[limit] as number);
    if (isLater)
      tell('INVALID_OPTION', name, `${show(given[name])} is not shorter than ${limit}, which is ${show(given[limit])}`);
  }
  for (const [name, allowed] of Object.entries(choices)) {
    const isWrong = given[name] !== undefined && !allowed.includes(given[name]);
    if (isWrong)
      tell(
        'INVALID_OPTION',
        name,
        `${show(given[name])} is not one of ${allowed.map((one) => JSON.stringify(one)).join(', ')}`,
      );
  }
  const { signedInAt, expectedAudience, expectedIssuer } = given;
  const isTime = typeof signedInAt === 'number' && signedInAt >= 0 && signedInAt <= 1e11;
  if (signedInAt !== undefined && !isTime)
    tell(
      'INVALID_OPTION',
      'signedInAt',
      `${show(signedInAt)} is not a time in epoch seconds; divide Date.now() by 1000`,
    );
  const audiences = Array.isArray(expectedAudience) ? expectedAudience : [expectedAudience];
  if (expectedAudience !== undefined && !(audiences.length && audiences.every(isFilled)))
    tell(
      'INVALID_OPTION',
      'expectedAudience',
      `${show(expectedAudience)} is not a string or an array of strings with something in them`,
    );
  if (expectedIssuer !== undefined && !isFilled(expectedIssuer))
    tell('INVALID_OPTION', 'expectedIssuer', `${show(expectedIssuer)} is not a string with something in it`);
  return { ...(seconds as unknown as ReadOptions), adaptiveWindow: given.adaptiveWindow !== false, given };
}

/** The own properties that are known; the others are told. */
export function knownFields(record: unknown, known: readonly string[], tell: Tell): Record<string, unknown> {
  if (!isRecord(record)) {
    tell('INVALID_OPTION', '', `${show(record)} is not an object with settings`);
    return {};
  }
  const fields: Record<string, unknown> = { __proto__: null };
  for (const [name, value] of Object.entries(record)) {
    try {
      readFields({ [name]: value }, '', known);
      fields[name] = value;
    } catch (error) {
      tell('UNKNOWN_OPTION', (error as EvertokenError).option ?? '', withoutOption(error));
    }
  }
  return fields;
}

/** A length of ours in seconds; the default where it cannot be read. */
function readLength(given: Readonly<Record<string, unknown>>, name: string, tell: Tell): number {
  const [otherwise, least, most, allowed, fromMilliseconds] = durations[name] as (typeof durations)[string];
  const value = given[name];
  if (value === undefined) return otherwise;
  const seconds = ownDuration(value, name, tell);
  if (seconds === undefined) return otherwise;
  if (seconds < least || seconds > most) {
    tell('INVALID_OPTION', name, `${show(value)} is not ${allowed}`);
    return otherwise;
  }
  tellMilliseconds(value, seconds, fromMilliseconds, name, tell);
  return seconds;
}

/** What is written in our grammar. */
export function ownDuration(value: unknown, name: string, tell: Tell): number | undefined {
  try {
    return parseDuration(value as Duration);
  } catch (error) {
    tell('INVALID_OPTION', name, withoutOption(error));
    return undefined;
  }
}

export function tellMilliseconds(value: unknown, seconds: number, from: number, name: string, tell: Tell) {
  if (!/^\d+$/.test(String(value)) || seconds < from || seconds === never) return;
  tell(
    'LOOKS_LIKE_MILLISECONDS',
    name,
    `${show(value)} is a number of seconds; if milliseconds were meant, divide by 1000`,
  );
}

function withoutOption(error: unknown): string {
  const { message, option } = error as EvertokenError;
  return option ? message.replace(`${option}: `, '') : message;
}

const isFilled = (value: unknown) => typeof value === 'string' && value !== '';
