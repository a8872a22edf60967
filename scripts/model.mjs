// `npm run test:model`: explores the protocol between tabs (tests/model) to its end, on all cores: 2 tabs with each kind of fault alone,
// and all kinds together. Words after `--` go to the explorer: `--tabs 3`, `--faults kill,freeze`, `--at-once 2` (so many of the faults
// in one course of events), `--server forgiving`, `--most 10000000` (transitions), `--mode no-lock`. What is broken is told with the
// shortest course of events that breaks it.
import { join } from 'node:path';
import { at } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { inSteps, main } from './lib/steps.mjs';
import { rust } from './lib/toolchain.mjs';

const target = at('target/model');
const manifest = ['--manifest-path', at('tests/model/Cargo.toml'), '--target-dir', target];

await main(() =>
  inSteps([
    ['Rust with its wasm target', rust],
    ['the model', () => run('cargo', ['build', '--locked', '--release', ...manifest])],
    ['exploration', () => run(join(target, 'release', 'model'), process.argv.slice(2))],
  ]),
);
