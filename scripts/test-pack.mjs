// `npm run test:pack`: sets up and builds, then tries the packed tarball with the tools in tests/pack/tools. Words after
// `--` run only the tools that name them.
import { pageSteps } from './build.mjs';
import { browser } from './lib/browser.mjs';
import { declarations } from './lib/bundle.mjs';
import { inSteps, main } from './lib/steps.mjs';

await main(async () => {
  await inSteps([...pageSteps, ['type declarations', declarations], ['Chromium', browser]]);
  await import('../tests/pack/run.mjs');
});
