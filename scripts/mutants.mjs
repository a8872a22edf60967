// `npm run test:mutants`: changes src/core in small ways and looks whether a test notices. Takes long.
// Words after `--` go to cargo mutants, such as `-f src/core/duration.rs`.
import { existsSync, readFileSync } from 'node:fs';
import { at } from './lib/project.mjs';
import { capture } from './lib/run.mjs';
import { inSteps, main } from './lib/steps.mjs';
import { cargoTool, environmentWith, rust } from './lib/toolchain.mjs';

const chosen = process.argv.slice(2);
const files = chosen.length > 0 ? chosen : ['-f', 'src/core/**'];

// All caught, some missed, some timed out. Any other code is a baseline that fails or a wrong argument.
const ranToTheEnd = [0, 2, 3];

await main(async () => {
  await inSteps([
    ['Rust with its wasm target', rust],
    ['cargo-mutants (a minute the first time)', () => cargoTool('cargo-mutants')],
    ['mutants of src/core', mutants],
  ]);
});

async function mutants() {
  const args = ['mutants', ...files, '--output', at('target'), '--', '--lib', '--tests'];
  const { code } = await capture('cargo', args, { env: environmentWith(['cargo-mutants']), onLine: console.log });
  if (!ranToTheEnd.includes(code)) throw new Error(`cargo mutants ended with ${code}: see what it printed above`);
  const [caught, missed, unviable, timeout] = ['caught', 'missed', 'unviable', 'timeout'].map(outcomes);
  if (caught.length + missed.length + timeout.length === 0) throw new Error('no mutant was tested');
  console.log(
    `${caught.length} caught, ${missed.length} missed, ${unviable.length} unviable, ${timeout.length} timed out`,
  );
  if (missed.length > 0) console.log(`missed:\n${missed.join('\n')}`);
}

function outcomes(kind) {
  const file = at('target/mutants.out', `${kind}.txt`);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}
