import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Snippet {
  /** The headings that it stands under, outermost first, without the title. */
  headings: string[];
  language: string;
  code: string;
}

/** The fenced blocks of a page under docs/. */
export function snippetsOf(page: string): Snippet[] {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  const headings: string[] = [];
  return [...text.matchAll(/^(#{2,}) ([^\n]+)$|^```(\w*)\n(.*?)^```$/gms)].flatMap(
    ([, level = '', heading, language = '', code = '']) => {
      if (!heading) return [{ headings: [...headings], language, code }];
      headings.splice(level.length - 2, headings.length, heading);
      return [];
    },
  );
}

/** What stands in for packages that a snippet imports, by their names. */
export type StandIns = Record<string, string>;

/** Imports a snippet as a module of an application that has the package, built from the sources, in its bundle. */
export async function run<Exports>(code: string, standIns: StandIns = {}): Promise<Exports> {
  const folder = mkdtempSync(join(tmpdir(), 'evertoken-docs-'));
  const outfile = join(folder, 'snippet.mjs');
  await build({
    stdin: { contents: code, loader: 'ts', resolveDir: root },
    plugins: [modules(standIns), sources],
    bundle: true,
    format: 'esm',
    logLevel: 'error',
    outfile,
  });
  try {
    return await import(/* @vite-ignore */ pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The package and its subpaths. */
const sources: Plugin = {
  name: 'sources',
  setup({ onResolve }) {
    onResolve({ filter: /^evertoken(\/|$)/ }, ({ path }) => ({
      path: join(root, 'js', `${path.slice('evertoken/'.length) || 'index'}.ts`),
    }));
  },
};

function modules(standIns: StandIns): Plugin {
  return {
    name: 'stand-ins',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[^./]/ }, ({ path }) => (path in standIns ? { path, namespace: 'stand-in' } : undefined));
      onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({ contents: standIns[path] as string }));
    },
  };
}

/**
 * What the compiler says of modules, by file name, in a strict application that has the package and whatever else is
 * installed here.
 */
export function compile(files: Record<string, string>): string[] {
  mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, 'node_modules/.cache/docs-'));
  try {
    for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, name), `${code}\nexport {};\n`);
    const configuration = {
      compilerOptions: {
        ...{ target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable'], types: [], module: 'esnext', noEmit: true },
        ...{ moduleResolution: 'bundler', strict: true, exactOptionalPropertyTypes: true, skipLibCheck: true },
        paths: { evertoken: [join(root, 'js/index.ts')], 'evertoken/*': [join(root, 'js/*.ts')], ...standIns() },
      },
      files: Object.keys(files),
    };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(configuration));
    const tsc = join(root, 'node_modules/.bin/tsc');
    const { stdout, error } = spawnSync(tsc, ['-p', 'tsconfig.json', '--pretty', 'false'], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (error) throw error;
    // The package's own sources are looked at elsewhere.
    return stdout.split('\n').filter((line) => line && !/^(\s|\.\.\/)/.test(line));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Libraries that are not installed are declared as far as the pages use them. */
function standIns(): Record<string, string[]> {
  const folder = join(root, 'tests/docs/libraries');
  const names = readdirSync(folder).map((file) => file.replace('.d.ts', '').replace('__', '/'));
  return Object.fromEntries(
    names
      .filter((name) => !existsSync(join(root, 'node_modules', name)))
      .map((name) => [name, [join(folder, `${name.replace('/', '__')}.d.ts`)]]),
  );
}
