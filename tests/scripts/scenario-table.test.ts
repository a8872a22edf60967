import { expect, test } from 'vitest';
import { numbers, reasons, table } from '../../scripts/lib/scenario-table.mjs';

const report = (...results: [title: string, status: string, notPossible?: string][]) => ({
  testResults: [
    {
      assertionResults: results.map(([title, status, notPossible]) => ({
        ancestorTitles: ['a tab'],
        title,
        status,
        meta: { notPossible },
      })),
    },
  ],
});

const reports = {
  chromium: report(['is frozen', 'passed'], ['goes on', 'passed']),
  firefox: report(['is frozen', 'skipped', 'no command freezes a tab'], ['goes on', 'failed']),
  webkit: report(['is frozen', 'skipped', 'it freezes none']),
};

test('each scenario has a row, and what an engine cannot produce says so', () => {
  const rows = table(reports)
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  expect(rows[0]?.slice(1, 5)).toEqual(['Scenario', 'chromium', 'firefox', 'webkit']);
  expect(rows[2]?.slice(1, 5)).toEqual(['a tab: is frozen', 'passed', 'not possible', 'not possible']);
  expect(rows[3]?.slice(1, 5)).toEqual(['a tab: goes on', 'passed', 'failed', '-']);
  expect(rows[4]?.slice(1, 3)).toEqual(['in all', '2 passed, 0 failed, 0 not possible']);
});

test('the reasons are told once, each with its scenarios', () => {
  expect(reasons(reports)).toBe(
    [
      'not possible in firefox: no command freezes a tab',
      '  a tab: is frozen',
      'not possible in webkit: it freezes none',
      '  a tab: is frozen',
    ].join('\n'),
  );
});

test('a test that a filter left out is no scenario', () => {
  expect(table({ chromium: report(['was left out', 'skipped']) })).not.toContain('was left out');
});

test('what a scenario has counted is a line', () => {
  const [counted] = report(['counts', 'passed']).testResults;
  Object.assign(counted?.assertionResults[0]?.meta ?? {}, { numbers: { 'at home': { requests: 3, reuses: 0 } } });
  expect(numbers('webkit', { testResults: [counted] })).toEqual(['webkit, at home: 3 requests, 0 reuses']);
  expect(numbers('chromium', reports.chromium)).toEqual([]);
});
