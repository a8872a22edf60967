// `npm run test:browsers`: sets up and builds, then runs the scenarios of tests/e2e/scenarios in Chromium, Firefox and
// WebKit, and prints a table of them. Words after `--` are engines, or parts of the names of scenario files.
import { pageSteps } from './build.mjs';
import { browsers } from './lib/browser.mjs';
import { declarations } from './lib/bundle.mjs';
import { vitest } from './lib/checks.mjs';
import { inOwnNetwork } from './lib/network.mjs';
import { engines, reasons, table } from './lib/scenario-table.mjs';
import { inSteps, main, reminding, seconds } from './lib/steps.mjs';
import { added, summary } from './lib/tally.mjs';

const words = process.argv.slice(2);
const files = words.filter((word) => !engines.includes(word));
const chosen = engines.filter((engine) => words.includes(engine) || words.length === files.length);

await main(async () => {
  await inSteps([...pageSteps, ['type declarations', declarations], ['Chromium, Firefox and WebKit', browsers]]);
  // Firefox and WebKit wait for their drivers more than for the processor, so they go side by side.
  const results = [];
  for (const engines of [['chromium'], ['firefox', 'webkit']]) {
    results.push(...(await Promise.all(chosen.filter((engine) => engines.includes(engine)).map(scenariosIn))));
  }
  for (const { output, failed } of results) if (failed > 0) console.log(output);
  const reports = Object.fromEntries(results.map(({ report }, index) => [chosen[index], report]));
  console.log(`\n${table(reports)}\n\n${reasons(reports)}`);
  const total = results.reduce(added);
  console.log(summary(total));
  process.exitCode = total.failed === 0 ? 0 : 1;
});

async function scenariosIn(engine) {
  const label = `scenarios in ${engine}`;
  const from = performance.now();
  console.log(`${label} ...`);
  const { run } = vitest(label, engine, { files, wrap: engine === 'webkit' ? inOwnNetwork : undefined });
  const result = await reminding(label, run);
  console.log(`${label}: ${summary(result)} (${seconds(from)})`);
  return result;
}
