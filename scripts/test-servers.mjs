// `npm run test:servers`: sets up and builds, then holds the package to what real servers do, each check of their contracts
// under its name. Words after `--` are engines, or parts of the names of files in tests/servers.
import { pageSteps } from './build.mjs';
import { browsers } from './lib/browser.mjs';
import { declarations } from './lib/bundle.mjs';
import { vitest } from './lib/checks.mjs';
import { inOwnNetwork } from './lib/network.mjs';
import { engines, numbers, reasons, table } from './lib/scenario-table.mjs';
import { serverSteps } from './lib/servers.mjs';
import { inSteps, main, reminding, seconds } from './lib/steps.mjs';
import { added, summary } from './lib/tally.mjs';

const words = process.argv.slice(2);
const files = words.filter((word) => !engines.includes(word));
const chosen = engines.filter((engine) => words.includes(engine) || words.length === files.length);

await main(async () => {
  await inSteps([
    ...pageSteps,
    ['type declarations', declarations],
    ['Chromium, Firefox and WebKit', browsers],
    ...serverSteps,
  ]);
  const results = [];
  for (const engine of chosen) results.push(await checksIn(engine));
  for (const { output, failed } of results) if (failed > 0) console.log(output);
  const reports = Object.fromEntries(results.map(({ report }, index) => [chosen[index], report]));
  console.log(`\n${table(reports)}\n\n${reasons(reports)}`);
  console.log(chosen.flatMap((engine) => numbers(engine, reports[engine])).join('\n'));
  const total = results.reduce(added);
  console.log(summary(total));
  process.exitCode = total.failed === 0 ? 0 : 1;
});

async function checksIn(engine) {
  const label = `servers, in ${engine}`;
  const from = performance.now();
  console.log(`${label} ...`);
  const wrap = engine === 'webkit' ? inOwnNetwork : undefined;
  const result = await reminding(label, vitest(label, `${engine}-servers`, { files, wrap }).run);
  console.log(`${label}: ${summary(result)} (${seconds(from)})`);
  return result;
}
