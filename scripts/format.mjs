// `npm run format`: brings every file into the one form that `npm test` checks.
import { at } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { main } from './lib/steps.mjs';

await main(async () => {
  await run('biome', ['check', '--write', '.']);
  await run('cargo', ['fmt']);
  for (const crate of ['tests/fuzz', 'tests/fleet', 'tests/model'])
    await run('cargo', ['fmt', '--manifest-path', at(crate, 'Cargo.toml')]);
});
