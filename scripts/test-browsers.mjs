// `npm run test:browsers`: the scenarios of tests/e2e/scenarios in Chromium, Firefox and WebKit, and a table of them. Words
// after `--` are engines, or parts of the names of scenario files.
import { browsers } from './lib/browser.mjs';
import { runChecks } from './lib/check-runner.mjs';
import { chosenEngines, pageBuild, scenariosIn } from './lib/engine-checks.mjs';
import { scenarioTables } from './lib/scenario-table.mjs';
import { setupSteps } from './setup.mjs';

const { engines, files } = chosenEngines(process.argv.slice(2));
await runChecks({
  setup: [...setupSteps, ['Chromium, Firefox and WebKit', browsers]],
  // Side by side: they wait for their drivers more than for the processor.
  stages: [[[pageBuild]], engines.map((engine) => [scenariosIn(engine, { files })])],
  closing: scenarioTables,
});
