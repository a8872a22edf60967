import { describe, expect, test } from 'vitest';
import { added, failures, judged, summary, summaryTotals } from '../../scripts/lib/tally.mjs';

describe("a suite's last line", () => {
  test.each([
    [{ passed: 3, failed: 0, skipped: 0 }, '3 passed, 0 failed'],
    [{ passed: 1, failed: 2, skipped: 3 }, '1 passed, 2 failed, 3 skipped'],
  ])('is read as it was written', (totals, line) => {
    expect(summary(totals)).toBe(line);
    expect(summaryTotals(`some step\n${line}\n`)).toEqual(totals);
  });

  test('counts nothing where there is none', () => {
    const nothing = { passed: 0, failed: 0, skipped: 0 };
    for (const output of ['', '3 passed, 0 failed\nand more', 'about 3 passed, 0 failed'])
      expect(summaryTotals(output)).toEqual(nothing);
  });

  test('sums over suites, whether they skip or not', () => {
    const sum = added({ passed: 1, failed: 0 }, { passed: 2, failed: 1, skipped: 4 });
    expect(sum).toEqual({ passed: 3, failed: 1, skipped: 4 });
  });
});

describe('a suite', () => {
  const judge = (passed: number, skipped: number, code: number) => judged({ passed, failed: 0, skipped }, code).failed;

  test('fails where it ended badly, or ran nothing', () => {
    expect(judge(2, 0, 1)).toBe(1);
    expect(judge(0, 0, 0)).toBe(1);
  });

  test('does not fail where it skipped all by name', () => {
    expect(judge(0, 3, 0)).toBe(0);
    expect(judge(0, 3, 1)).toBe(1);
  });
});

test('what failed is named by the lines that say so', () => {
  const output = [
    '   ✓ a test that passed 3ms',
    ' FAIL  |unit| tests/js/some.test.ts > a behaviour',
    'AssertionError: expected 1 to be 2',
    'test idle::ends ... FAILED',
    'test idle::goes_on ... ok',
    'AssertionError: expected 1 to be 2',
  ].join('\n');
  expect(failures(output)).toEqual([
    'FAIL  |unit| tests/js/some.test.ts > a behaviour',
    'AssertionError: expected 1 to be 2',
    'test idle::ends ... FAILED',
  ]);
});
