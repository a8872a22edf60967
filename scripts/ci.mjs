// What continuous integration runs: everything that need not wait for real time, with one summary over all. Node builtins
// alone: it sets up what is missing. `--times` names the slowest suites and tests.
import { browsers } from './lib/browser.mjs';
import { runChecks } from './lib/check-runner.mjs';
import { allStages, cargoToolSteps, tools } from './lib/checks.mjs';
import { scenariosIn, serversIn } from './lib/engine-checks.mjs';
import { scenarioTables } from './lib/scenario-table.mjs';
import { serverSteps } from './lib/servers.mjs';
import { setupSteps } from './setup.mjs';

const [first, [computing, ...waiting]] = allStages;
await runChecks({
  setup: [...setupSteps, ['Chromium, Firefox and WebKit', browsers], ...cargoToolSteps, ...serverSteps],
  stages: [
    first,
    [
      [...computing, tools],
      waiting.flat(),
      [scenariosIn('firefox'), serversIn('firefox'), serversIn('chromium')],
      // It waits longest for its driver.
      [scenariosIn('webkit', { shard: '1/2' })],
      [scenariosIn('webkit', { shard: '2/2' }), serversIn('webkit')],
    ],
  ],
  closing: scenarioTables,
  times: process.argv.includes('--times'),
});
