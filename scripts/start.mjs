// `npm start`: sets up, builds, and serves the demo until it is stopped.
import { pageSteps } from './build.mjs';
import { inSteps, main } from './lib/steps.mjs';

await main(async () => {
  await inSteps(pageSteps);
  await import('../examples/demo/server.mjs');
});
