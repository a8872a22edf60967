// What the results of checks tell beside their counts: which browsers were replaced, and what took long.
import { relative } from 'node:path';
import { root } from './project.mjs';

/**
 * A line for each browser that was lost and replaced in a check.
 *
 * @param {{ name: string, report?: object, output?: string }} result
 */
export const replaced = ({ name, report, output = '' }) => [
  ...testsOf(report).flatMap(({ title, meta }) => (meta?.replaced ? [`  ${name}: ${title}: ${meta.replaced}`] : [])),
  // Checks that are no tests of vitest's print such a line.
  ...[...output.matchAll(/^replaced: (.*)$/gm)].map(([, what]) => `  ${name}: ${what}`),
];

/** The twenty slowest suites, which are checks and test files, and the twenty slowest tests. */
export function timesOf(results) {
  const suites = results.flatMap(({ name, ms, report }) => [
    [ms, name],
    ...(report?.testResults ?? []).map((file) => [
      file.endTime - file.startTime,
      `${name}: ${relative(root, file.name)}`,
    ]),
  ]);
  const tests = results.flatMap(({ name, report }) =>
    testsOf(report).map(({ duration, fullName }) => [duration ?? 0, `${name}: ${fullName}`]),
  );
  return [`slowest suites\n${slowest(suites)}`, `slowest tests\n${slowest(tests)}`].join('\n\n');
}

const testsOf = (report) => (report?.testResults ?? []).flatMap(({ assertionResults }) => assertionResults);

const slowest = (timed) =>
  timed
    .sort(([one], [other]) => other - one)
    .slice(0, 20)
    .map(([ms, name]) => `${(ms / 1000).toFixed(1).padStart(8)} s  ${name.trim()}`)
    .join('\n');
