// Makes a bare machine ready to build: Rust's wasm target, the npm packages, bindgen. Node builtins alone, and Node 20.
import { pathToFileURL } from 'node:url';
import { inSteps, main } from './lib/steps.mjs';
import { bindgen, npmPackages, rust } from './lib/toolchain.mjs';

export const setupSteps = [
  ['Rust with its wasm target', rust],
  ['npm packages and bindgen (a minute the first time)', packagesAndBindgen],
];

// One waits for the network, the other for the processor.
async function packagesAndBindgen() {
  const did = await Promise.allSettled([npmPackages(), bindgen()]);
  const failed = did.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  const [packages, tool] = did.map(({ value }) => value);
  return `npm packages ${packages}, bindgen ${tool}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(() => inSteps(setupSteps));
