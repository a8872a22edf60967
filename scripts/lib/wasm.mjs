// From the crate to js/generated: the glue, its types, and the wasm as a module. Node builtins alone.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { packedModule, packedTypes } from './pack.mjs';
import { at, environment, shippedFeatures, wasmTarget } from './project.mjs';
import { run } from './run.mjs';
import { shortImports } from './short-imports.mjs';
import { filesUnder, whenChanged } from './stamp.mjs';
import { bindgenPath } from './toolchain.mjs';

const compiled = at('target', wasmTarget, 'release', 'evertoken.wasm');
const raw = (name) => at('target', 'bindgen', name);
const generated = (name) => at('js', 'generated', name);
export const optimised = generated('evertoken.wasm');

export async function compile() {
  // Panics name their source: not where this machine keeps it.
  const homes = [
    process.env.CARGO_HOME ?? join(homedir(), '.cargo'),
    process.env.RUSTUP_HOME ?? join(homedir(), '.rustup'),
  ];
  const flags = homes.map((home, index) => `--remap-path-prefix=${home}=${['cargo', 'rustup'][index]}`);
  const env = { ...environment(), CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f') };
  await run(
    'cargo',
    [
      'build',
      '--release',
      '--locked',
      '--lib',
      ...shippedFeatures,
      '--target',
      wasmTarget,
      '--target-dir',
      at('target'),
    ],
    { env },
  );
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
// Inlining all that has one caller saves raw bytes and costs compressed ones; 30 was the best of ten limits tried. Functions of
// like names have like bodies: side by side they compress better.
const optimisation = [
  ...['--flatten', '--rereloop', '-Oz', '-Oz', '--one-caller-inline-max-function-size', '30'],
  '--reorder-functions-by-name',
];
const strip = ['--strip-debug', '--strip-producers', '--strip-target-features'];

export function glue() {
  const inputs = [compiled, bindgenPath(), at('package-lock.json'), ...filesUnder(at('scripts', 'lib'))];
  const outputs = ['evertoken_bg.js', 'evertoken_bg.d.ts', 'bytes.js', 'bytes.d.ts', 'evertoken.wasm'].map(generated);
  return whenChanged('glue', inputs, outputs, async () => {
    rmSync(generated(''), { recursive: true, force: true });
    mkdirSync(generated(''), { recursive: true });
    await run(bindgenPath(), [compiled, raw('')]);
    await run('wasm-opt', [
      ...optimisation,
      ...wasmFeatures,
      ...strip,
      raw('evertoken_bg.wasm'),
      '-o',
      raw('optimised.wasm'),
    ]);
    const short = shortImports(readFileSync(raw('optimised.wasm')), readFileSync(raw('evertoken_bg.js'), 'utf8'));
    writeFileSync(optimised, short.wasm);
    // The glue takes `io` for a global.
    writeFileSync(generated('evertoken_bg.js'), `import { io } from '../io.ts';\n${short.glue}`);
    writeFileSync(generated('evertoken_bg.d.ts'), readFileSync(raw('evertoken.d.ts'), 'utf8') + setWasm);
    writeFileSync(generated('bytes.js'), packedModule(short.wasm));
    writeFileSync(generated('bytes.d.ts'), packedTypes);
  });
}

const setWasm =
  '\n/** Gives the glue the instance it calls. */\nexport function __wbg_set_wasm(exports: WebAssembly.Exports): void;\n';
