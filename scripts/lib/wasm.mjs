// From the crate to js/generated: the wasm, and what the bundles take of it. Node builtins alone.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { packedModule, packedTypes } from './pack.mjs';
import { withoutPanicTexts } from './panics.mjs';
import { at, environment, shippedFeatures, wasmTarget } from './project.mjs';
import { run } from './run.mjs';
import { filesUnder, whenChanged } from './stamp.mjs';

const compiled = at('target', wasmTarget, 'release', 'evertoken.wasm');
const generated = (name) => at('js', 'generated', name);
export const optimised = generated('evertoken.wasm');

// Copies of more than a word are `memory.copy` and `memory.fill`: shorter than the loads and stores that LLVM unrolls them into.
// Nor does it repeat an expression on one way so that it is spared on another, or for one branch less, keep a pointer beside a
// loop's counter, or join the like ends of two branches by way of a choice; two short ways that bring a value each become one.
const llvm = [
  '-max-store-memcpy=1',
  '-max-store-memset=1',
  '-enable-pre=false',
  '-disable-lsr',
  '-simplifycfg-sink-common=false',
  '-bonus-inst-threshold=0',
  '-two-entry-phi-node-folding-threshold=12',
];

export async function compile() {
  // Panics name their source: not where this machine keeps it.
  const homes = [
    process.env.CARGO_HOME ?? join(homedir(), '.cargo'),
    process.env.RUSTUP_HOME ?? join(homedir(), '.rustup'),
  ];
  const flags = homes.map((home, index) => `--remap-path-prefix=${home}=${['cargo', 'rustup'][index]}`);
  // Data before the stack: its addresses are short numbers, and nothing lies in the first kilobyte. Nothing recurses deep enough
  // for the megabyte of stack behind it.
  flags.push('-Clink-arg=--no-stack-first');
  flags.push(`-Cllvm-args=${llvm.join(' ')}`);
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
// Inlining all that has one caller saves raw bytes and costs compressed ones: these two limits were the best of many tried. The
// alignment of a load or a store is a hint that no engine of today takes. Functions of like names have like bodies: side by side they
// compress better.
const inlining = ['--one-caller-inline-max-function-size', '25', '--always-inline-max-function-size', '4'];
const optimisation = [
  ...['--flatten', '--rereloop', '-Oz', '-Oz', ...inlining],
  ...['--low-memory-unused', '--converge', '--dealign', '--reorder-functions-by-name'],
];
const strip = ['--strip-debug', '--strip-producers', '--strip-target-features'];

/** The wasm imports from a module of this name, until it has one of its own. */
const placeholder = 'evertoken';

export function optimise() {
  const other = ['io.ts', 'words.ts'].map((name) => at('js', name));
  const inputs = [compiled, ...other, at('package-lock.json'), ...filesUnder(at('scripts', 'lib'))];
  const outputs = ['build.js', 'build.d.ts', 'bytes.js', 'bytes.d.ts', 'evertoken.wasm'].map(generated);
  return whenChanged('optimise', inputs, outputs, async () => {
    rmSync(generated(''), { recursive: true, force: true });
    mkdirSync(generated(''), { recursive: true });
    writeFileSync(optimised, await withoutPanicTexts(readFileSync(compiled)));
    await run('wasm-opt', [...optimisation, ...wasmFeatures, ...strip, optimised, '-o', optimised]);
    const { wasm, build } = ofThisBuild(
      readFileSync(optimised),
      Buffer.concat(other.map((file) => readFileSync(file))),
    );
    writeFileSync(optimised, wasm);
    writeFileSync(generated('build.js'), `export const build = '${build}';\n`);
    writeFileSync(generated('build.d.ts'), 'export const build: string;\n');
    writeFileSync(generated('bytes.js'), packedModule(wasm));
    writeFileSync(generated('bytes.d.ts'), packedTypes);
  });
}

/**
 * The module that the wasm imports from is named by a hash of both sides: a wasm of another build is refused at its
 * instantiation.
 */
export function ofThisBuild(wasm, other) {
  const build = createHash('sha256').update(wasm).update(other).digest('hex').slice(0, placeholder.length);
  const text = Buffer.from(wasm).toString('latin1');
  // As it stands in the section of imports: behind its length.
  const named = (name) => String.fromCharCode(name.length) + name;
  if (!text.includes(named(placeholder))) throw new Error(`the wasm imports nothing from ${placeholder}`);
  return { wasm: Buffer.from(text.replaceAll(named(placeholder), named(build)), 'latin1'), build };
}
