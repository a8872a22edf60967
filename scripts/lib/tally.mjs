// Counting what ran: each check is one, each test of a suite is one.

/** What cargo test and wasm-bindgen-test say after each binary. */
export function cargoTotals(output) {
  return sum([...output.matchAll(/test result: \w+\. (\d+) passed; (\d+) failed/g)].map(([, ...counts]) => counts));
}

/** What vitest's JSON reporter wrote. Skipped are those that say why, not those that a filter left out. */
export const vitestTotals = ({ numPassedTests, numFailedTests, testResults }) => ({
  passed: numPassedTests,
  failed: numFailedTests,
  skipped: testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ meta }) => meta?.notPossible)
    .length,
});

const sum = (counts) =>
  counts.reduce(
    (total, [passed, failed]) => ({ passed: total.passed + Number(passed), failed: total.failed + Number(failed) }),
    { passed: 0, failed: 0 },
  );

/** What a suite's own last line says. */
export function summaryTotals(output) {
  const last = /(?:^|\n)(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;
  const [, passed, failed, skipped] = output.trimEnd().match(last) ?? [];
  return { passed: Number(passed ?? 0), failed: Number(failed ?? 0), skipped: Number(skipped ?? 0) };
}

/** The lines of a suite's output that name what failed, by vitest and by cargo, and what came of it. */
export function failures(output) {
  const lines = output.split('\n').map((line) => line.trim());
  const telling = /^(FAIL |test .* FAILED$|failed: |(?:\w*Error|Caused by|thread '.*' panicked)\b)/;
  return [...new Set(lines.filter((line) => telling.test(line)))].slice(0, 60);
}

/** A suite's own last line. */
export const summary = ({ passed, failed, skipped = 0 }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

export const added = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: (a.skipped ?? 0) + (b.skipped ?? 0),
});

/** What a suite counts: one that ended badly has a failure, and so has one that ran nothing and does not say why. */
export function judged({ passed, failed, skipped = 0 }, code) {
  if (failed === 0 && (code !== 0 || passed + skipped === 0))
    return { passed, failed: 1, skipped, note: code === 0 ? 'ran no test' : `ended with ${code}` };
  return { passed, failed, skipped };
}
