// Runs checks and says what came of them, with one summary at the end. Node builtins alone: set-up is its first part.
import { replaced, timesOf } from './reports.mjs';
import { inSteps, reminding, seconds } from './steps.mjs';
import { added, failures, summary } from './tally.mjs';

/** Browsers that may be replaced in a run. More of them, and something is wrong with more than a driver. */
const MOST_REPLACED = 2;

/**
 * Sets up, then runs one stage after the other. The lanes of a stage run side by side, the checks of a lane one after the other.
 *
 * @param {object} what
 * @param {[name: string, work: () => unknown][]} what.setup
 * @param {Check[][][]} what.stages
 * @param {(results: Result[]) => string} [what.closing] printed before the summary
 * @param {boolean} [what.times] whether the slowest suites and tests are named
 */
export async function runChecks({ setup, stages, closing = () => '', times = false }) {
  const results = [];
  const count = stages.flat(2).length;
  let begun = 0;
  const runLane = async (lane) => {
    for (const check of lane) results.push(await inform(check, `[${++begun}/${count}] ${check.name}`));
  };
  try {
    await inSteps(setup);
    for (const lanes of stages) await Promise.all(lanes.map(runLane));
  } catch (error) {
    results.push({ name: 'set-up', passed: 0, failed: 1, output: `${error.output ?? ''}\nError: ${error.message}` });
    console.error(error.output ?? '', `error: ${error.message}`);
  }
  const total = judgedTotal(results);
  for (const text of [closing(results), times && timesOf(results), failuresOf(results), replacedLines(results)])
    if (text) console.log(`\n${text}`);
  console.log(summary(total));
  process.exitCode = total.failed === 0 ? 0 : 1;
}

/** Runs one check: says that it began, now and then where it is, and how it ended; what it printed only where it failed. */
async function inform({ run, ...check }, label) {
  const from = performance.now();
  console.log(`${label} ...`);
  const result = await reminding(label, run).catch((error) => ({ passed: 0, failed: 1, output: String(error.stack) }));
  if (result.failed > 0) console.log(result.output);
  const note = result.note ? `; ${result.note}` : '';
  console.log(`${label}: ${summary(result)}${note} (${seconds(from)}, ${seconds(0)} in all)`);
  return { ...check, ...result, ms: performance.now() - from };
}

function judgedTotal(results) {
  const total = results.reduce(added, { passed: 0, failed: 0 });
  if (results.flatMap(replaced).length > MOST_REPLACED) total.failed += 1;
  if (total.passed + (total.skipped ?? 0) === 0) total.failed ||= 1;
  return total;
}

/** What failed, said again where a reader of the log begins. */
const failuresOf = (results) =>
  results
    .filter(({ failed }) => failed > 0)
    .flatMap(({ name, output }) => [`${name} failed:`, ...failures(output).map((line) => `  ${line}`)])
    .join('\n');

function replacedLines(results) {
  const lines = results.flatMap(replaced);
  return [`browsers replaced: ${lines.length} (at most ${MOST_REPLACED} in a run)`, ...lines].join('\n');
}
