// What continuous integration runs: everything, one suite after the other, and one summary line over all. Node builtins
// alone: the first suite sets up what is missing.
import { spawn } from 'node:child_process';
import { root } from './lib/project.mjs';
import { added, failures, judged, summary, summaryTotals } from './lib/tally.mjs';

let total = { passed: 0, failed: 0 };
// Said again at the end, where whoever reads the log begins.
const failed = [];
const suites = [
  ['test'],
  // The first suite has run the scenarios in Chromium.
  ['test:browsers', 'firefox', 'webkit'],
  ['test:pack'],
  ['test:servers'],
  ['test:fuzz'],
];
for (const [suite, ...words] of suites) total = added(total, await totalsOf(suite, words));
for (const line of failed) console.log(line);
console.log(summary(total));
process.exitCode = total.failed === 0 ? 0 : 1;

/** Runs one suite with its output as it comes, and resolves to what its last line counts. */
async function totalsOf(suite, words) {
  const child = spawn('npm', ['run', suite, '--', ...words], { cwd: root, stdio: ['inherit', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    process.stdout.write(text);
  });
  const code = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (status, signal) => resolve(status ?? signal));
  });
  const totals = judged(summaryTotals(output), code);
  if (totals.failed > 0) failed.push(...failures(output).map((line) => `${suite}: ${line}`));
  return totals;
}
