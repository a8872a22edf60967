import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describe, expect, inject, test } from 'vitest';
import { adapters, extras } from '../../scripts/lib/bundle.mjs';

const project = inject('project');
const installed = (...parts: string[]) => join(project, 'node_modules/evertoken', ...parts);

describe('the tarball', () => {
  test('holds what is public and nothing else', () => {
    const shared = [
      'api',
      'bearer',
      'compile',
      'errors',
      'options',
      'tokens',
      'types',
      'servers/metadata',
      'servers/sign-in',
    ];
    const check = ['duration', 'findings', 'grammars', 'options', 'servers', 'settings'].map((name) => `check/${name}`);
    const modules = ['index', 'slim', ...adapters, ...extras, ...shared, ...check];
    const bundles = ['index', 'shared', 'slim', 'cli', ...adapters, ...extras];
    expect([...inject('packed')].sort()).toEqual(
      [
        ...['CHANGELOG.md', 'LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'package.json', 'dist/evertoken.wasm'],
        ...modules.map((name) => `dist/${name}.d.ts`),
        ...bundles.flatMap((name) => [`dist/${name}.js`, `dist/${name}.js.map`]),
      ].sort(),
    );
  });

  test('depends on nothing and runs nothing when it is installed', () => {
    const manifest = JSON.parse(readFileSync(installed('package.json'), 'utf8'));
    expect(manifest.dependencies).toBeUndefined();
    expect(Object.keys(manifest.scripts)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/install|prepare/)]),
    );
  });

  test('names the same files for Parcel, which reads no `exports`', () => {
    const { alias, exports, main, types } = JSON.parse(readFileSync(installed('package.json'), 'utf8'));
    const { '.': entry, './package.json': _, ...subpaths } = exports;
    expect({ types, default: main }).toEqual(entry);
    const files = Object.entries(subpaths).map(([name, file]) => [
      name,
      (file as { default?: string }).default ?? file,
    ]);
    expect(alias).toEqual(Object.fromEntries(files));
  });

  test('names only files that are there, in an order that tools understand (publint)', async () => {
    const { messages, pkg } = await publint({ pkgDir: installed(), strict: true });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });
});

describe.each(['nodenext', 'bundler'])('types under moduleResolution %s', (resolution) => {
  const check = (source: string) => {
    writeFileSync(join(project, 'app.ts'), source);
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom', '--types', ''];
    const args = [...options, '--module', module, '--moduleResolution', resolution, 'app.ts'];
    return spawnSync('tsc', args, { cwd: project, encoding: 'utf8' }).stdout;
  };

  test.each(['evertoken', 'evertoken/slim'])('%s is typed without the help of skipLibCheck', (entry) => {
    const source = `import { startRefreshLoop, type Session } from '${entry}';
      export const session: Promise<Session> = startRefreshLoop({ refresh: async () => null });`;
    expect(check(source)).toBe('');
  });

  test('a wrong option is an error', () => {
    const source = `import { startRefreshLoop } from 'evertoken';
      startRefreshLoop({ refresh: false, idleTimeuot: '5m' });`;
    expect(check(source)).toContain("'idleTimeuot' does not exist");
  });
});

describe('in a bundle', () => {
  const bundled = async (contents: string) => {
    const stdin = { contents, resolveDir: project };
    const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: 'esm', write: false });
    return outputFiles[0]?.text ?? '';
  };

  test('an import that is not used leaves nothing', async () => {
    expect(await bundled("import { startRefreshLoop } from 'evertoken'")).toBe('');
  });

  test('the wasm comes through another minifier at no cost', async () => {
    const scripts = inject('packed').filter((path) => /dist\/(index|shared)\.js$/.test(path));
    const shipped = scripts.reduce((sum, path) => sum + compressed(readFileSync(installed(path))), 0);
    // What minifiers call things makes up to a percent; the wasm in another encoding would be tens.
    expect(compressed(await bundled("export * from 'evertoken'"))).toBeLessThan(shipped * 1.01);
  });

  test('slim does not carry it', async () => {
    const wasm = readFileSync(installed('dist/evertoken.wasm'));
    const [full, slim] = [await bundled("export * from 'evertoken'"), await bundled("export * from 'evertoken/slim'")];
    expect(full.length - slim.length).toBeGreaterThan(wasm.length);
  });
});

// What an adapter may import: the framework that is its own, as a peer.
const frameworks: Record<string, RegExp> = {
  angular: /^(@angular\/(common(\/http)?|core|router)|rxjs(\/operators)?)$/,
  axios: /^axios$/,
  react: /^react$/,
  svelte: /^svelte(\/(store|reactivity))?$/,
  vue: /^vue$/,
};

describe.each([...adapters, ...extras])('evertoken/%s', (name) => {
  const file = installed('dist', `${name}.js`);
  const code = readFileSync(file, 'utf8');

  test('imports its own framework alone, and neither the wasm nor an entry', async () => {
    const plugin: Plugin = {
      name: 'imports',
      setup: (building) => {
        building.onResolve({ filter: /.*/ }, ({ path, kind }) => {
          if (kind !== 'entry-point') imported.add(path);
          return kind === 'entry-point' ? undefined : { external: true };
        });
      },
    };
    const imported = new Set<string>();
    await build({ entryPoints: [file], bundle: true, format: 'esm', write: false, plugins: [plugin] });
    expect([...imported].filter((path) => !frameworks[name]?.test(path))).toEqual([]);
  });

  test('holds no wasm, and is small', () => {
    expect(code).not.toMatch(/WebAssembly|\.wasm/);
    // No page has use for `check`.
    expect(compressed(code)).toBeLessThan(name === 'check' ? 8000 : 3000);
  });
});

const compressed = (text: string | Uint8Array) => brotliCompressSync(text).length;
