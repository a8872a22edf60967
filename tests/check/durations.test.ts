// The grammars of durations: every vector, our own against the core's in wasm, and what the errors say.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Grammar, grammars, parseDuration, parseMinutes } from '../../js/check.js';
import { loadCore } from '../js/wasm.js';

const vectors = <Vector>(name: string): Vector[] =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}-durations.json`, import.meta.url), 'utf8')).vectors;

function read(text: string, grammar: Grammar): number | string {
  try {
    return parseDuration(text, grammar);
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("Open WebUI's, every vector", () => {
  interface Vector {
    input: string;
    seconds: number | null;
    error: string | null;
    expires: boolean | null;
    panel_accepts: boolean;
  }
  test.each(vectors<Vector>('open-webui'))('$input', ({ input, seconds, error, expires, panel_accepts }) => {
    const inSeconds = expires ? seconds : Number.POSITIVE_INFINITY;
    const expected = error ? 'ERR_INVALID_DURATION' : inSeconds;
    expect(read(input, grammars.openWebUi)).toBe(expected);
    expect(read(input, grammars.openWebUiPanel)).toBe(panel_accepts ? expected : 'ERR_INVALID_DURATION');
  });
});

describe("npm ms', every vector", () => {
  const all = vectors<{ input: string; ms: number | null }>('ms');
  test.each(all)('$input', ({ input, ms }) => {
    const expected = ms === null ? 'ERR_INVALID_DURATION' : ms / 1_000;
    expect(read(input, grammars.ms)).toBe(expected);
    // BetterForms has rules of its own for nothing and for digits alone.
    if (!/^\d*$/.test(input)) expect(read(input, grammars.betterForms)).toBe(expected);
  });
});

test.each([
  ['1h', 3_600],
  ['8h', 28_800],
  ['7d', 604_800],
  ['604800', 604_800],
  ['', 86_400],
  ['0', 0],
  ['1.5', 0.0015],
])("BetterForms reads '%s' as %d s", (text, seconds) => {
  expect(parseDuration(text, grammars.betterForms)).toBe(seconds);
});

test.each([
  '',
  ' ',
  '0',
  '90',
  '10.125',
  '2.50',
  '-1',
  '-2',
  '-1.0',
  'Infinity',
  'infinity',
  '500ms',
  '5m',
  '1h30m',
  '1w2d3h4m5s6ms',
  '1w1ms',
  '1.5h',
  '0.25s',
  '1.5m0.5s',
  '36525d',
  '36526d',
  '3155760001',
  '60000000000000ms',
  '9'.repeat(250),
  `${'9'.repeat(308)}w`,
  '5 m',
  ' 5m',
  '5m ',
  '5m\n',
  'm',
  'ms',
  '5M',
  '5min',
  '1h1h',
  '30m1h',
  '1ms1s',
  '1m1',
  '1h30',
  '-5m',
  '+5m',
  '1e3',
  '1e3s',
  '.5s',
  '5.',
  '5.s',
  '1.2.3s',
  '0x10',
  '1,5h',
  '1_000',
  'NaN',
  'PT5M',
  '5:00',
  '٥m',
  '１h',
  '5µs',
  '1y',
  '5mm',
  '5m!',
  '1h 30m',
  'constructor',
  0,
  90,
  0.5,
  1e-7,
  -1,
  -0.5,
  -2,
  1e306,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
])('our own reads %j as the core does', async (given) => {
  const { parseDuration: inCore } = await loadCore();
  let expected: number | undefined;
  try {
    expected = inCore(given);
  } catch (error) {
    expect(() => parseDuration(given)).toThrow(expect.objectContaining({ code: (error as { code: string }).code }));
    return;
  }
  const seconds = parseDuration(given);
  if (Number.isFinite(expected)) expect(Math.abs(seconds - expected)).toBeLessThanOrEqual(expected * 1e-14);
  else expect(seconds).toBe(expected);
});

test('digits of every script are digits to Python', () => {
  for (const text of ['１２h', '१२h', '𝟏𝟐h', '𝟙𝟚h', '᠑᠒h']) {
    expect(parseDuration(text, grammars.openWebUi)).toBe(43_200);
    for (const grammar of [grammars.ms, grammars.betterForms, grammars.evertoken])
      expect(read(text, grammar)).toBe('ERR_INVALID_DURATION');
  }
});

test('what rounds to no microsecond is no length, and so never', () => {
  expect(parseDuration('0.0000005s', grammars.openWebUi)).toBe(Number.POSITIVE_INFINITY);
  expect(parseDuration('0.0000015s', grammars.openWebUi)).toBe(0.000002);
  expect(parseDuration('1h-60m', grammars.openWebUi)).toBe(Number.POSITIVE_INFINITY);
});

describe('an error', () => {
  test.each(Object.values(grammars))('of $name names it, shows the text and says what is allowed', (grammar) => {
    const text = 'soon';
    const expected = {
      code: 'ERR_INVALID_DURATION',
      message: `"soon" is not a duration for ${grammar.name}; ${grammar.allowed}`,
    };
    expect(() => parseDuration(text, grammar)).toThrow(expect.objectContaining(expected));
  });

  test('says so of what is too long, and shows no long text', () => {
    expect(() => parseDuration('1000000001d', grammars.openWebUi)).toThrow(
      /^"1000000001d" is too long for Open WebUI's/,
    );
    expect(() => parseDuration('9'.repeat(400), grammars.betterForms)).toThrow(
      /^a string of 400 characters is too long/,
    );
  });

  test.each([undefined, null, {}, true, ['5m']])('comes for %j', (given) => {
    expect(() => parseDuration(given as never)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_DURATION' }));
  });
});

describe("LightNap's minutes", () => {
  test.each([[5], [1_440], ['120']])('%j', (minutes) => {
    expect(parseMinutes(minutes)).toBe(Number(minutes) * 60);
  });

  test.each([4, 1_441, 7.5, '4', '5m', '', -5, Number.NaN, null])('%j is refused', (minutes) => {
    const message = expect.stringMatching(
      / is not a number of minutes for LightNap; write a whole number from 5 to 1440$/,
    );
    expect(() => parseMinutes(minutes as never)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_DURATION', message }),
    );
  });
});
