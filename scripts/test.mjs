// `npm test`: everything that needs Chromium alone; `npm run test:fast`: what needs no browser. Words after `--` run only the
// checks whose names have them; `--times` names the slowest suites and tests.
import { parseArgs } from 'node:util';
import { browser } from './lib/browser.mjs';
import { runChecks } from './lib/check-runner.mjs';
import { allStages, cargoToolSteps, fastStages } from './lib/checks.mjs';
import { setupSteps } from './setup.mjs';

const { values, positionals: words } = parseArgs({
  options: { fast: { type: 'boolean', default: false }, times: { type: 'boolean', default: false } },
  allowPositionals: true,
});

const chosen = (lane) => lane.filter(({ name }) => words.every((word) => name.includes(word)));
await runChecks({
  setup: values.fast ? setupSteps : [...setupSteps, ['Chromium and chromedriver', browser], ...cargoToolSteps],
  stages: (values.fast ? fastStages : allStages).map((lanes) => lanes.map(chosen)),
  times: values.times,
});
