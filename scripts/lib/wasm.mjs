// From the crate to js/generated: the glue, its types, and the wasm as a module. Node builtins alone.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { packedModule, packedTypes } from './pack.mjs';
import { at, wasmTarget } from './project.mjs';
import { run } from './run.mjs';
import { whenChanged } from './stamp.mjs';
import { bindgenPath } from './toolchain.mjs';

const compiled = at('target', wasmTarget, 'release', 'evertoken.wasm');
const generated = (...parts) => at('js', 'generated', ...parts);
export const optimised = generated('evertoken.wasm');

export async function compile() {
  const args = ['build', '--release', '--locked', '--lib', '--target', wasmTarget, '--target-dir', at('target')];
  await run('cargo', args);
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

export function glue() {
  const inputs = [
    compiled,
    bindgenPath(),
    at('package-lock.json'),
    at('scripts/lib/wasm.mjs'),
    at('scripts/lib/pack.mjs'),
  ];
  const outputs = ['evertoken_bg.js', 'evertoken_bg.d.ts', 'bytes.js', 'bytes.d.ts', 'evertoken.wasm'];
  return whenChanged(
    'glue',
    inputs,
    outputs.map((name) => generated(name)),
    async () => {
      rmSync(generated(), { recursive: true, force: true });
      const raw = at('target', 'bindgen');
      mkdirSync(generated(), { recursive: true });
      await run(bindgenPath(), [compiled, raw]);
      const strip = ['--strip-debug', '--strip-producers', '--strip-target-features'];
      await run('wasm-opt', ['-Oz', ...wasmFeatures, ...strip, `${raw}/evertoken_bg.wasm`, '-o', optimised]);
      copyFileSync(`${raw}/evertoken_bg.js`, generated('evertoken_bg.js'));
      writeFileSync(generated('evertoken_bg.d.ts'), `${readFileSync(`${raw}/evertoken.d.ts`, 'utf8')}${setWasm}`);
      writeFileSync(generated('bytes.js'), packedModule(readFileSync(optimised)));
      writeFileSync(generated('bytes.d.ts'), packedTypes);
    },
  );
}

const setWasm =
  '\n/** Gives the glue the instance it calls. */\nexport function __wbg_set_wasm(exports: WebAssembly.Exports): void;\n';
