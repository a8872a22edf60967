// From js/ and js/generated to dist/: the bundles, the wasm, and the declarations of what is public.
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { at } from './project.mjs';
import { run } from './run.mjs';
import { filesUnder, whenChanged } from './stamp.mjs';
import { optimised } from './wasm.mjs';

const entries = ['index', 'slim'];
/** Each is a bundle of its own: it shares nothing with the entries, and its framework is the application's. */
export const adapters = ['angular', 'axios', 'react', 'svelte', 'vue'];
const all = [...entries, ...adapters];
const dist = (...parts) => at('dist', ...parts);
const configuration = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/lib/bundle.mjs'].map(
  (file) => at(file),
);

export const esbuildOptions = {
  absWorkingDir: at(),
  bundle: true,
  charset: 'ascii',
  format: 'esm',
  legalComments: 'none',
  minify: true,
  target: 'es2022',
  logLevel: 'warning',
};

export function bundle() {
  const outputs = [...all.map((name) => dist(`${name}.js`)), dist('evertoken.wasm')];
  return whenChanged('bundle', [at('js'), ...configuration], outputs, async () => {
    const esbuild = await import('esbuild');
    removeFromDist((name) => !name.endsWith('.d.ts'));
    await esbuild.build({
      ...esbuildOptions,
      entryPoints: entries.map((name) => at('js', `${name}.ts`)),
      outdir: dist(),
      chunkNames: 'shared-[hash]',
      sourcemap: true,
      splitting: true,
    });
    await esbuild.build({
      ...esbuildOptions,
      entryPoints: adapters.map((name) => at('js', `${name}.ts`)),
      outdir: dist(),
      packages: 'external',
      sourcemap: true,
    });
    copyFileSync(optimised, dist('evertoken.wasm'));
  });
}

export function declarations() {
  const inputs = [...filesUnder(at('js')).filter((file) => file.endsWith('.ts')), ...configuration];
  return whenChanged(
    'declarations',
    inputs,
    all.map((name) => dist(`${name}.d.ts`)),
    async () => {
      removeFromDist((name) => name.endsWith('.d.ts'));
      await run('tsc', ['-p', 'tsconfig.build.json']);
      const reachable = new Set(all.flatMap((name) => reachableFrom(dist(`${name}.d.ts`))));
      removeFromDist((name) => name.endsWith('.d.ts') && !reachable.has(dist(name)));
    },
  );
}

function reachableFrom(file, seen = new Set()) {
  if (seen.has(file)) return [];
  seen.add(file);
  const imported = [...readFileSync(file, 'utf8').matchAll(/(?:from|import\()\s*['"](\.[^'"]+)\.js['"]/g)];
  for (const [, path] of imported) reachableFrom(resolve(dirname(file), `${path}.d.ts`), seen);
  return [...seen];
}

function removeFromDist(which) {
  if (!existsSync(dist())) return;
  for (const name of readdirSync(dist()).filter(which)) rmSync(dist(name), { recursive: true });
}
