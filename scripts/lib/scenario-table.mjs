// Each scenario by engine, out of the reports that vitest's JSON reporter wrote.

/** The table, what was not possible and why, and what was counted, of the checks that ran in an engine. */
export function scenarioTables(results) {
  const byEngine = results.filter(({ engine, report }) => engine && report);
  const reports = {};
  for (const { engine, report } of byEngine)
    reports[engine] = { testResults: [...(reports[engine]?.testResults ?? []), ...report.testResults] };
  const counted = byEngine.flatMap(({ engine, report }) => numbers(engine, report));
  return [table(reports), reasons(reports), counted.join('\n')].filter(Boolean).join('\n\n');
}

/** One row a scenario, one column an engine: passed, failed, not possible, or - where it was not run at all. */
export function table(reports) {
  const columns = Object.keys(reports);
  const verdicts = columns.map((engine) => new Map(scenarios(reports[engine]).map((one) => [one.name, verdict(one)])));
  const names = [...new Set(verdicts.flatMap((one) => [...one.keys()]))];
  const rows = names.map((name) => [name, ...verdicts.map((one) => one.get(name) ?? '-')]);
  const counts = verdicts.map((one) => tally([...one.values()]));
  return markdown([['Scenario', ...columns], ...rows, ['in all', ...counts]]);
}

/** Why scenarios were not possible, once for each engine and reason. */
export function reasons(reports) {
  const found = Object.entries(reports).flatMap(([engine, report]) =>
    scenarios(report).flatMap(({ name, meta }) => (meta?.notPossible ? [{ engine, name, why: meta.notPossible }] : [])),
  );
  // The first run of a fresh clone is in whatever Node there is, so no Map.groupBy.
  const groups = {};
  for (const { engine, name, why } of found) {
    const head = `not possible in ${engine}: ${why}`;
    groups[head] ??= [head];
    groups[head].push(`  ${name}`);
  }
  return Object.values(groups)
    .map((lines) => lines.join('\n'))
    .join('\n');
}

/** What scenarios have counted, a line for each place where. */
export const numbers = (engine, report) =>
  scenarios(report).flatMap(({ meta }) =>
    Object.entries(meta?.numbers ?? {}).map(([where, counted]) => {
      const counts = Object.entries(counted).map(([what, count]) => `${count} ${what}`);
      return `${engine}, ${where}: ${counts.join(', ')}`;
    }),
  );

const scenarios = (report) =>
  report.testResults.flatMap(({ assertionResults }) =>
    assertionResults
      .filter(({ status, meta }) => status === 'passed' || status === 'failed' || meta?.notPossible)
      .map(({ ancestorTitles, title, status, meta }) => ({
        name: [...ancestorTitles, title].join(': '),
        status,
        meta,
      })),
  );

const verdict = ({ status, meta }) => (meta?.notPossible ? 'not possible' : status);

const tally = (verdicts) =>
  ['passed', 'failed', 'not possible']
    .map((verdict) => `${verdicts.filter((one) => one === verdict).length} ${verdict}`)
    .join(', ');

function markdown(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const [head, ...body] = rows.map(line);
  return [head, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body].join('\n');
}
