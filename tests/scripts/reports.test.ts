import { expect, test } from 'vitest';
import { replaced, timesOf } from '../../scripts/lib/reports.mjs';

const report = (...tests: object[]) => ({
  testResults: [{ name: 'tests/a.test.ts', startTime: 1_000, endTime: 4_000, assertionResults: tests }],
});

test('a browser that was replaced is a line, by a report or by what was printed', () => {
  const tests = [
    { title: 'goes on', meta: {} },
    { title: 'is frozen', meta: { replaced: 'the browser died' } },
  ];
  expect(replaced({ name: 'scenarios in firefox', report: report(...tests) })).toEqual([
    '  scenarios in firefox: is frozen: the browser died',
  ]);
  const output = 'passed\nreplaced: Chromium, Vite: it died\nnothing was replaced: all\n';
  expect(replaced({ name: 'tools', output })).toEqual(['  tools: Chromium, Vite: it died']);
  expect(replaced({ name: 'format' })).toEqual([]);
});

test('the slowest suites and tests are named, twenty of each, the slowest first', () => {
  const tests = Array.from({ length: 25 }, (_, index) => ({ fullName: `test ${index}`, duration: index * 100 }));
  const results = [
    { name: 'unit', ms: 5_000, report: report(...tests) },
    { name: 'format', ms: 500 },
  ];
  const [suites = [], slowest = []] = timesOf(results)
    .split('\n\n')
    .map((part) => part.split('\n').map((line) => line.trim()));
  expect(suites).toEqual(['slowest suites', '5.0 s  unit', '3.0 s  unit: tests/a.test.ts', '0.5 s  format']);
  expect(slowest).toHaveLength(21);
  expect(slowest.slice(0, 2)).toEqual(['slowest tests', '2.4 s  unit: test 24']);
});
