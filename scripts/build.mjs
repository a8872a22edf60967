// `npm run build`: the crate to dist/, the layout that is packed; with --wasm only to js/generated. Steps whose inputs are
// unchanged are skipped.
import { pathToFileURL } from 'node:url';
import { bundle, declarations } from './lib/bundle.mjs';
import { sizeTable } from './lib/sizes.mjs';
import { inSteps, main } from './lib/steps.mjs';
import { bind, compile, optimise } from './lib/wasm.mjs';
import { setupSteps } from './setup.mjs';

const wasmSteps = [
  ['compile the crate to wasm', compile],
  ['wasm-bindgen', bind],
  ['wasm-opt and the packed bytes', optimise],
];

/** What a page needs to run. */
export const pageSteps = [...setupSteps, ...wasmSteps, ['bundle the JavaScript', bundle]];

const buildSteps = [...pageSteps, ['type declarations', declarations], ['sizes', sizeTable]];

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const steps = process.argv.includes('--wasm') ? [...setupSteps, ...wasmSteps] : buildSteps;
  await main(() => inSteps(steps));
}
