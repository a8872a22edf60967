// `npm run test:worlds`: lives simulated worlds of tabs (tests/fleet), on all cores. `-- --worlds 1000000 --seed 1` says how many and
// which; a broken rule is told with its seed and the shortest course of events that breaks it, and `--show SEED` tells it again.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { at } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { inSteps, main } from './lib/steps.mjs';
import { rust } from './lib/toolchain.mjs';

const { values } = parseArgs({
  options: {
    worlds: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    mode: { type: 'string', default: 'sound' },
    show: { type: 'string' },
    'keep-going': { type: 'boolean', default: false },
  },
});

const target = at('target/fleet');
const manifest = ['--manifest-path', at('tests/fleet/Cargo.toml'), '--target-dir', target];

await main(async () => {
  const chosen = values.show ? ['--show', values.show] : ['--worlds', values.worlds, '--seed', values.seed];
  const more = values['keep-going'] ? ['--keep-going'] : [];
  await inSteps([
    ['Rust with its wasm target', rust],
    ['the world', () => run('cargo', ['build', '--locked', '--release', ...manifest])],
    ['lives', () => run(join(target, 'release', 'worlds'), [...chosen, '--mode', values.mode, ...more])],
  ]);
});
