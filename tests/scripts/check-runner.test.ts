import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';

const runner = new URL('../../scripts/lib/check-runner.mjs', import.meta.url);

/** Runs stages, as source text, in a process of their own. */
function running(stages: string): Promise<{ code: unknown; lines: string[] }> {
  const source = `
    const { runChecks } = await import(${JSON.stringify(runner.href)});
    const ran = [];
    const check = (name, result = {}) => ({ name, run: async () => {
      ran.push(name + ' begins');
      await new Promise((resolve) => setImmediate(resolve));
      ran.push(name + ' ends');
      return { passed: 1, failed: 0, output: '', ...result };
    } });
    const lost = (title) => ({ title, meta: { replaced: 'the browser died' } });
    const report = (...titles) => ({ testResults: [{ name: '', startTime: 0, endTime: 0, assertionResults: titles.map(lost) }] });
    await runChecks({ setup: [], stages: ${stages}, closing: () => ran.join(', ') });`;
  return new Promise((resolve) => {
    execFile('node', ['--input-type=module', '--eval', source], (error, output) =>
      resolve({ code: error?.code ?? 0, lines: output.trim().split('\n') }),
    );
  });
}

test('the lanes of a stage run side by side, their checks one after the other, and the next stage after them', async () => {
  const { code, lines } = await running("[[[check('a'), check('b')], [check('c')]], [[check('d')]]]");
  expect(lines).toContain('a begins, c begins, a ends, b begins, c ends, b ends, d begins, d ends');
  expect(lines.at(-1)).toBe('4 passed, 0 failed');
  expect(code).toBe(0);
});

test('a check that fails is named at the end, with what it says about it', async () => {
  const failing = "{ passed: 2, failed: 1, output: 'much\\nAssertionError: expected 1 to be 2\\nmore' }";
  const { code, lines } = await running(`[[[check('a', ${failing}), check('b')]]]`);
  expect(lines.slice(lines.indexOf('a failed:'))).toEqual([
    'a failed:',
    '  AssertionError: expected 1 to be 2',
    '',
    'browsers replaced: 0 (at most 2 in a run)',
    '3 passed, 1 failed',
  ]);
  expect(code).toBe(1);
});

test('a check that throws has failed', async () => {
  const { lines } = await running("[[[{ name: 'a', run: async () => { throw new Error('not there') } }, check('b')]]]");
  expect(lines.at(-1)).toBe('1 passed, 1 failed');
});

test('where nothing ran, that is a failure', async () => {
  expect((await running('[[[]]]')).lines.at(-1)).toBe('0 passed, 1 failed');
});

test('two browsers may be replaced in a run, and a third one is a failure', async () => {
  const two = await running("[[[check('a', { report: report('one', 'two') })]]]");
  expect(two.lines).toContain('browsers replaced: 2 (at most 2 in a run)');
  expect(two.lines).toContain('  a: two: the browser died');
  expect(two.lines.at(-1)).toBe('1 passed, 0 failed');
  const three = await running(
    "[[[check('a', { report: report('one', 'two') }), check('b', { report: report('three') })]]]",
  );
  expect(three.lines.at(-1)).toBe('2 passed, 1 failed');
});
