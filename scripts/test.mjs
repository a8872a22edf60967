// `npm test`: everything; `npm run test:fast`: what needs no browser. Words after `--` run only the steps that name them.
import { browser } from './lib/browser.mjs';
import { allChecks, fastChecks } from './lib/checks.mjs';
import { inSteps, reminding, seconds } from './lib/steps.mjs';
import { cargoTool } from './lib/toolchain.mjs';
import { setupSteps } from './setup.mjs';

const fast = process.argv.includes('--fast');
const words = process.argv.slice(2).filter((word) => word !== '--fast');

const browserSetup = [
  ['Chromium and chromedriver', browser],
  ...['wasm-bindgen-cli', 'wasm-pack', 'cargo-deny'].map((crate) => [
    `${crate} (a minute the first time)`,
    () => cargoTool(crate),
  ]),
];
const setup = fast ? setupSteps : [...setupSteps, ...browserSetup];
const checks = (fast ? fastChecks : allChecks).filter(({ name }) => words.every((word) => name.includes(word)));

const total = { passed: 0, failed: 0 };
try {
  await inSteps(setup);
  for (const [index, check] of checks.entries())
    count(await inform(check, `[${index + 1}/${checks.length}] ${check.name}`));
} catch (error) {
  console.error(error.output ?? '', `error: ${error.message}`);
  count({ passed: 0, failed: 1 });
}
if (total.passed === 0) total.failed ||= 1;
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

function count({ passed, failed }) {
  total.passed += passed;
  total.failed += failed;
}

/** Runs one step: says that it began, now and then where it is, and how it ended; what it printed only where it failed. */
async function inform({ run }, label) {
  const from = performance.now();
  console.log(`${label} ...`);
  const result = await reminding(label, run);
  if (result.failed > 0) console.log(result.output);
  const note = result.note ? `; ${result.note}` : '';
  console.log(
    `${label}: ${result.passed} passed, ${result.failed} failed${note} (${seconds(from)}, ${seconds(0)} in all)`,
  );
  return result;
}
