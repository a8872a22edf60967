// Makes a bare machine ready to build: Rust's wasm target and the npm packages. Node builtins alone, and Node 20.
import { pathToFileURL } from 'node:url';
import { inSteps, main } from './lib/steps.mjs';
import { npmPackages, rust } from './lib/toolchain.mjs';

export const setupSteps = [
  ['Rust with its wasm target', rust],
  ['npm packages', npmPackages],
];

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(() => inSteps(setupSteps));
