// From js/ and js/generated to dist/: the bundles, the wasm, and the declarations of what is public.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { at } from './project.mjs';
import { run } from './run.mjs';
import { filesUnder, whenChanged } from './stamp.mjs';
import { optimised } from './wasm.mjs';

const entries = ['index', 'slim'];
/** Each is a bundle of its own: it shares nothing with the entries, and its framework is the application's. */
export const adapters = ['angular', 'axios', 'react', 'svelte', 'vue'];
/** Profiles of servers, and what else no page needs to load for a session; each a bundle of its own, too. */
export const extras = [
  ...['keycloak', 'oauth', 'lightnap', 'open-webui', 'better-forms'].map((name) => `servers/${name}`),
  'check',
];
/** What `npx evertoken` runs: it takes the wasm from the default entry. */
const commandLine = 'cli';
const all = [...entries, ...adapters, ...extras];
const dist = (...parts) => at('dist', ...parts);
const configuration = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/lib/bundle.mjs'].map(
  (file) => at(file),
);

/** Bundles entries with esbuild, and makes them small with terser, which comes to half a kilobyte less than esbuild's own. */
export async function bundled(options) {
  const esbuild = await import('esbuild');
  const { outputFiles } = await esbuild.build({
    absWorkingDir: at(),
    bundle: true,
    format: 'esm',
    legalComments: 'none',
    logLevel: 'warning',
    minify: true,
    outbase: at('js'),
    outdir: dist(),
    sourcemap: 'external',
    target: 'es2022',
    write: false,
    ...options,
  });
  const texts = new Map(outputFiles.map(({ path, text }) => [relative(dist(), path), text]));
  return Promise.all([...texts].flatMap(([name, text]) => (name.endsWith('.js') ? [minified(name, text, texts)] : [])));
}

async function minified(name, text, texts) {
  const { minify } = await import('terser');
  const { code, map } = await minify(text, {
    // No function here is called with `new` or has a `this`. What has more than an expression compresses worse where it is inlined.
    compress: { passes: 2, inline: 1, unsafe_arrows: true },
    ecma: 2022,
    format: { ascii_only: true, comments: false },
    module: true,
    sourceMap: {
      content: texts.get(`${name}.map`),
      filename: basename(name),
      includeSources: true,
      url: `${basename(name)}.map`,
    },
  });
  return { name, code, map };
}

export function bundle() {
  const outputs = [...all, commandLine].map((name) => dist(`${name}.js`)).concat(dist('evertoken.wasm'));
  return whenChanged('bundle', [at('js'), ...configuration], outputs, async () => {
    const sources = (names) => names.map((name) => at('js', `${name}.ts`));
    const files = await Promise.all([
      bundled({ entryPoints: sources(entries), chunkNames: 'shared', splitting: true }),
      bundled({ entryPoints: sources([...adapters, ...extras]), packages: 'external' }),
      bundled({ entryPoints: sources([commandLine]), platform: 'node', plugins: [entryOutside] }),
    ]);
    mkdirSync(dist(), { recursive: true });
    removeFromDist((name) => !name.endsWith('.d.ts'));
    for (const { name, code, map } of files.flat()) {
      mkdirSync(dirname(dist(name)), { recursive: true });
      writeFileSync(dist(name), code);
      writeFileSync(dist(`${name}.map`), map);
    }
    copyFileSync(optimised, dist('evertoken.wasm'));
  });
}

const entryOutside = {
  name: 'entry-outside',
  setup: ({ onResolve }) => onResolve({ filter: /^\.\/index\.js$/ }, ({ path }) => ({ path, external: true })),
};

export function declarations() {
  const inputs = [...filesUnder(at('js')).filter((file) => file.endsWith('.ts')), ...configuration];
  return whenChanged(
    'declarations',
    inputs,
    all.map((name) => dist(`${name}.d.ts`)),
    async () => {
      removeFromDist((file) => file.endsWith('.d.ts'));
      await run('tsc', ['-p', 'tsconfig.build.json']);
      const reachable = new Set(all.flatMap((name) => reachableFrom(dist(`${name}.d.ts`))));
      removeFromDist((file) => file.endsWith('.d.ts') && !reachable.has(file));
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
  for (const file of filesUnder(dist()).filter(which)) rmSync(file);
}
