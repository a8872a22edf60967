// Our grammars against what the servers themselves read durations with, on the same random texts.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Grammar, grammars, parseDuration } from '../../js/check.js';
import { openWebUiWheel, whyNoOpenWebUiWheel } from '../../scripts/lib/servers/open-webui-wheel.mjs';
import { texts } from './durations/texts.js';

const count = 100_000;
const all = [...texts(count, 7)];

/** `undefined` for an error. */
function read(text: string, grammar: Grammar): number | undefined {
  try {
    return parseDuration(text, grammar);
  } catch {
    return undefined;
  }
}

test('better-forms 1: 100,000 random texts are read as npm ms reads them', () => {
  const ms = createRequire(import.meta.url)('ms') as (text: string) => number | undefined;
  const readByMs = (text: string) => {
    try {
      return ms(text);
    } catch {
      return undefined;
    }
  };
  const differing: unknown[] = [];
  let valid = 0;
  for (const text of all) {
    const length = readByMs(text);
    const expected = length === undefined ? undefined : length / 1_000;
    if (expected !== undefined) valid++;
    const [found, inForm] = [read(text, grammars.ms), read(text, grammars.betterForms)];
    // Nothing, and digits alone, are BetterForms' own.
    const isOwn = /^\d*$/.test(text);
    if (found !== expected || (!isOwn && inForm !== expected)) differing.push([text, expected, found, inForm]);
  }
  expect(differing.slice(0, 10)).toEqual([]);
  // Neither all nor nothing, so that both answers are looked at.
  expect(valid).toBeGreaterThan(count / 10);
  expect(valid).toBeLessThan((count * 9) / 10);
});

test("open-webui 2: 100,000 random texts are read as Open WebUI's own parse_duration and panel read them", async ({
  task,
  skip,
}) => {
  const reason = await whyNoOpenWebUiWheel();
  if (reason) {
    task.meta.notPossible = reason;
    skip(`not possible: ${reason}`);
  }
  const answers = await openWebUi(all);
  expect(answers).toHaveLength(count);
  const differing: unknown[] = [];
  let valid = 0;
  answers.forEach(([seconds, isTaken], index) => {
    const text = all[index] as string;
    const expected = seconds === 'never' ? Number.POSITIVE_INFINITY : (seconds ?? undefined);
    if (expected !== undefined) valid++;
    const [found, inPanel] = [read(text, grammars.openWebUi), read(text, grammars.openWebUiPanel)];
    if (!isSame(found, expected) || !isSame(inPanel, isTaken ? expected : undefined))
      differing.push([text, expected, found, inPanel]);
  });
  expect(differing.slice(0, 10)).toEqual([]);
  expect(valid).toBeGreaterThan(count / 10);
  expect(valid).toBeLessThan((count * 9) / 10);
});

/** Python adds whole microseconds, of floats that it has taken apart in its own way. */
function isSame(found: number | undefined, expected: number | undefined): boolean {
  if (found === expected) return true;
  if (found === undefined || expected === undefined || !Number.isFinite(found)) return false;
  return Math.abs(found - expected) <= 1e-5 + Math.abs(expected) * 1e-12;
}

/** Seconds, `'never'`, or `null` for an error; and whether the panel takes the text. */
type Answer = [seconds: number | 'never' | null, isTaken: boolean];

/** One process answers all of them. */
async function openWebUi(texts: readonly string[]): Promise<Answer[]> {
  const script = fileURLToPath(new URL('durations/parse.py', import.meta.url));
  const child = spawn('python3', [script, openWebUiWheel], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const lines = child.stdout.setEncoding('utf8').toArray();
    child.stdin.end(texts.map((text) => `${JSON.stringify(text)}\n`).join(''));
    return (await lines)
      .join('')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  } finally {
    child.kill();
  }
}
