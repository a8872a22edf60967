// From the crate to js/generated: the module, and the JavaScript that loads it. Node builtins alone.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { packedModule, packedTypes } from './pack.mjs';
import { at, environment, wasmTarget } from './project.mjs';
import { run } from './run.mjs';
import { filesUnder, whenChanged } from './stamp.mjs';

const compiled = at('target', wasmTarget, 'release', 'evertoken.wasm');
const generated = (name) => at('js', 'generated', name);
const bound = generated('evertoken_bg.wasm');
export const optimised = generated('evertoken.wasm');

export async function compile() {
  // Panics name their source: not where this machine keeps it.
  const homes = [
    process.env.CARGO_HOME ?? join(homedir(), '.cargo'),
    process.env.RUSTUP_HOME ?? join(homedir(), '.rustup'),
  ];
  const flags = homes.map((home, index) => `--remap-path-prefix=${home}=${['cargo', 'rustup'][index]}`);
  const env = { ...environment(), CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f') };
  const release = ['build', '--release', '--locked', '--lib', '--target', wasmTarget, '--target-dir', at('target')];
  await run('cargo', release, { env });
}

/** wasm-bindgen as a library, of the crate's version: scripts/bindgen. */
export async function bind() {
  const tool = at('scripts', 'bindgen');
  const inputs = [compiled, ...['Cargo.toml', 'Cargo.lock', 'src'].map((name) => join(tool, name))];
  const outputs = [bound, ...['evertoken.js', 'evertoken.d.ts'].map(generated)];
  return whenChanged('bind', inputs.flatMap(filesUnder), outputs, async () => {
    rmSync(generated(''), { recursive: true, force: true });
    mkdirSync(generated(''), { recursive: true });
    const program = ['--manifest-path', join(tool, 'Cargo.toml'), '--target-dir', at('target', 'bindgen')];
    // It runs for a second: what takes least to build is best.
    const env = { ...environment(), CARGO_PROFILE_DEV_DEBUG: '0' };
    await run('cargo', ['run', '--quiet', '--locked', ...program, '--', compiled, generated('')], { env });
  });
}

// What Rust's target emits and every browser of the last years has; the optimiser must be told.
const wasmFeatures = [
  '--enable-bulk-memory',
  '--enable-multivalue',
  '--enable-mutable-globals',
  '--enable-nontrapping-float-to-int',
  '--enable-reference-types',
  '--enable-sign-ext',
];
// Inlining all that has one caller saves raw bytes and costs compressed ones. Functions of like names have like bodies: side by side they
// compress better.
const inlining = ['--one-caller-inline-max-function-size', '25', '--always-inline-max-function-size', '4'];
const optimisation = ['-Oz', '--converge', ...inlining, '--dealign', '--reorder-functions-by-name'];
const strip = ['--strip-debug', '--strip-producers', '--strip-target-features'];

export function optimise() {
  const inputs = [
    bound,
    at('package-lock.json'),
    ...['wasm.mjs', 'pack.mjs'].map((name) => at('scripts', 'lib', name)),
  ];
  const outputs = ['bytes.js', 'bytes.d.ts', 'evertoken.wasm'].map(generated);
  return whenChanged('optimise', inputs, outputs, async () => {
    await run('wasm-opt', [...optimisation, ...wasmFeatures, ...strip, bound, '-o', optimised]);
    writeFileSync(generated('bytes.js'), packedModule(readFileSync(optimised)));
    writeFileSync(generated('bytes.d.ts'), packedTypes);
  });
}
