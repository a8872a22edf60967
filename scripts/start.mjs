// `npm start`: sets up, builds, and serves the demo until it is stopped.
import { pageSteps } from './build.mjs';
import { at } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { inSteps, main } from './lib/steps.mjs';

await main(async () => {
  await inSteps(pageSteps);
  await run('node', [at('examples/demo/server.mjs')]);
});
