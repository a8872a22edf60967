// The tools whose applications are in the folders here, and what each needs beyond its own defaults: nothing of it is
// about wasm or Evertoken.

const unsafeEval = "'unsafe-eval'";
const unsafeInline = "'unsafe-inline'";

/**
 * @typedef {object} Tool
 * @property {string} name as in the table
 * @property {string} [folder] the application, laid over common/
 * @property {string} [example] or one of examples/, which is walked through
 * @property {string} [packageName] whose version the table shows
 * @property {string[]} [built] the folders that are served when it is built; without them the build itself is the check
 * @property {string[]} [tests] the tests of this project that do the whole work, where no application is needed
 * @property {(port: number) => string[]} [start] arguments of its own server, where the built application has one
 * @property {(port: number) => string[]} [develop] arguments of its development server
 * @property {string} [developBy] the script that starts it, where it is not `dev`
 * @property {Partial<Record<'development' | 'production', string[]>>} [policy] what its own scripts need in script-src
 * @property {string} [note] why
 */

/** @type {Tool[]} */
export const tools = [
  {
    name: 'Vite',
    folder: 'vite',
    packageName: 'vite',
    built: ['dist'],
    develop: (port) => ['--host', '127.0.0.1', '--strictPort', '--port', `${port}`],
  },
  {
    name: 'webpack',
    folder: 'webpack',
    packageName: 'webpack',
    built: ['dist', 'public'],
    develop: (port) => ['--host', '127.0.0.1', '--port', `${port}`],
    policy: { development: [unsafeEval] },
    note: "development: its source maps are eval()s, which need 'unsafe-eval'",
  },
  { name: 'Rollup', folder: 'rollup', packageName: 'rollup', built: ['dist', 'public'] },
  {
    name: 'esbuild',
    folder: 'esbuild',
    packageName: 'esbuild',
    built: ['www'],
    develop: (port) => [`--serve=127.0.0.1:${port}`],
  },
  {
    name: 'Rspack',
    folder: 'rspack',
    packageName: '@rspack/core',
    built: ['dist', 'public'],
    develop: (port) => ['--host', '127.0.0.1', '--port', `${port}`],
    policy: { development: [unsafeEval] },
    note: "development: its source maps are eval()s, which need 'unsafe-eval'",
  },
  {
    name: 'Parcel',
    folder: 'parcel',
    packageName: 'parcel',
    built: ['dist'],
    develop: (port) => ['--host', '127.0.0.1', '--port', `${port}`],
  },
  {
    name: 'Next, a client component',
    folder: 'next',
    packageName: 'next',
    start: (port) => ['--hostname', '127.0.0.1', '--port', `${port}`],
    develop: (port) => ['--hostname', '127.0.0.1', '--port', `${port}`],
    policy: { development: [unsafeInline, unsafeEval], production: [unsafeInline] },
    note: "its pages carry inline scripts, which need 'unsafe-inline' or a nonce; development: 'unsafe-eval' too",
  },
  { name: 'a page with an import map', folder: 'import-map', built: ['.'] },
  {
    name: 'a dedicated worker (Vite)',
    folder: 'vite-worker',
    packageName: 'vite',
    built: ['dist'],
    develop: (port) => ['--host', '127.0.0.1', '--strictPort', '--port', `${port}`],
  },
  {
    name: 'a service worker (esbuild)',
    folder: 'service-worker',
    packageName: 'esbuild',
    built: ['www'],
    develop: (port) => [`--serve=127.0.0.1:${port}`],
  },
  { name: 'Node, a function as transport', tests: ['tests/pack/node.test.ts', 'tests/pack/node-session.test.ts'] },
  {
    name: 'policy without wasm; slim; both entries',
    tests: ['tests/pack/chromium.test.ts'],
  },
  { name: 'what the tarball holds', tests: ['tests/pack/contents.test.ts'] },
  { name: 'types of every subpath, TypeScript 5.4 and newest', folder: 'types', packageName: 'typescript' },
  {
    name: 'examples/react (Vite)',
    example: 'react',
    packageName: 'react',
    built: ['dist'],
    develop: (port) => ['--host', '127.0.0.1', '--strictPort', '--port', `${port}`],
    policy: { development: [unsafeInline] },
    note: "development: the plugin's inline script needs 'unsafe-inline'",
  },
  {
    name: 'examples/angular (Angular CLI)',
    example: 'angular',
    packageName: '@angular/core',
    built: ['dist'],
    developBy: 'start',
    develop: (port) => ['--host', '127.0.0.1', '--port', `${port}`],
  },
  {
    name: 'examples/vue (Vite)',
    example: 'vue',
    packageName: 'vue',
    built: ['dist'],
    develop: (port) => ['--host', '127.0.0.1', '--strictPort', '--port', `${port}`],
  },
  {
    name: 'examples/svelte (Vite)',
    example: 'svelte',
    packageName: 'svelte',
    built: ['dist'],
    develop: (port) => ['--host', '127.0.0.1', '--strictPort', '--port', `${port}`],
  },
  {
    name: 'examples/plain (an import map)',
    example: 'plain',
    built: ['.'],
    develop: (port) => [`${port}`],
    policy: { development: [unsafeInline] },
    note: "its import map is inline, which needs a hash (production) or 'unsafe-inline' (development)",
  },
];
