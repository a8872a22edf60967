// `npm run test:servers`: holds the package to what real servers do, each check of their contracts under its name. Words after
// `--` are engines, or parts of the names of files in tests/servers.
import { browsers } from './lib/browser.mjs';
import { runChecks } from './lib/check-runner.mjs';
import { chosenEngines, pageBuild, serversIn } from './lib/engine-checks.mjs';
import { scenarioTables } from './lib/scenario-table.mjs';
import { serverSteps } from './lib/servers.mjs';
import { setupSteps } from './setup.mjs';

const { engines, files } = chosenEngines(process.argv.slice(2));
await runChecks({
  setup: [...setupSteps, ['Chromium, Firefox and WebKit', browsers], ...serverSteps],
  stages: [[[pageBuild]], [engines.map((engine) => serversIn(engine, { files }))]],
  closing: scenarioTables,
});
