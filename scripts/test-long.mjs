// `npm run test:long`: what waits for real time by its nature, or takes long by its numbers, and one table of what it counted.
// Words after `--` run only the checks whose names have them: `-- worlds`, `-- webkit`, `-- "servers in real time"`.
import { browsers } from './lib/browser.mjs';
import { runChecks } from './lib/check-runner.mjs';
import { allEngines, longScenariosIn, longServersIn, pageBuild } from './lib/engine-checks.mjs';
import { figures, fuzz, models, worlds } from './lib/long-checks.mjs';
import { serverSteps } from './lib/servers.mjs';
import { setupSteps } from './setup.mjs';

const words = process.argv.slice(2);
const chosen = (lane) => lane.filter(({ name }) => words.every((word) => name.includes(word)));
await runChecks({
  setup: [...setupSteps, ['Chromium, Firefox and WebKit', browsers], ...serverSteps],
  stages: [
    [[pageBuild]],
    // Both wait; what computes comes after them, alone.
    [chosen(allEngines.map((one) => longScenariosIn(one))), chosen(allEngines.map((one) => longServersIn(one)))],
    [chosen([worlds, ...models, ...fuzz])],
  ],
  closing: figures,
});
