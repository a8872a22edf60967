// `npm run test:tabs`: sets up and builds, then lets ten tabs of one session run for three minutes in each engine, one after
// the other, and prints what was counted. Words after `--` are engines.
import { pageSteps } from './build.mjs';
import { browsers } from './lib/browser.mjs';
import { vitest } from './lib/checks.mjs';
import { engines, numbers } from './lib/scenario-table.mjs';
import { inSteps, main, reminding, seconds } from './lib/steps.mjs';
import { added, summary } from './lib/tally.mjs';

const words = process.argv.slice(2);
const chosen = engines.filter((engine) => words.length === 0 || words.includes(engine));

await main(async () => {
  await inSteps([...pageSteps, ['Chromium, Firefox and WebKit', browsers]]);
  let total = { passed: 0, failed: 0 };
  const counted = [];
  for (const engine of chosen) {
    const label = `ten tabs in ${engine}`;
    const from = performance.now();
    const result = await reminding(label, vitest(label, `${engine}-long`).run);
    if (result.failed > 0) console.log(result.output);
    console.log(`${label}: ${summary(result)} (${seconds(from)})`);
    counted.push(...numbers(engine, result.report));
    total = added(total, result);
  }
  console.log(`\n${counted.join('\n')}\n`);
  console.log(summary(total));
  process.exitCode = total.failed === 0 ? 0 : 1;
});
