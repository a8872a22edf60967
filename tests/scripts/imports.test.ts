// Neither the crate nor js/ has a circle of imports, types included.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

type Graph = Map<string, Set<string>>;

const text = (path: string): string =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .map((name) => text(join(path, name)))
        .join('\n')
    : readFileSync(path, 'utf8');

/** The modules of a folder, each with those of its siblings that it uses. A folder below is one module. */
function modulesOf(folder: string): Graph {
  const names = readdirSync(folder).filter((name) => name !== 'mod.rs');
  const modules = names.map((name) => basename(name, '.rs'));
  const path = folder.split('/').slice(1).join('::');
  const uses = (name: string) => {
    // From a folder below a sibling is named from the crate on.
    const prefix = name.endsWith('.rs') ? `(?:super|crate::${path})` : `crate::${path}`;
    const found = [...text(join(folder, name)).matchAll(new RegExp(`\\b${prefix}::(\\w+)`, 'g'))];
    return new Set(found.map(([, used]) => used as string).filter((used) => modules.includes(used)));
  };
  return new Map(names.map((name) => [basename(name, '.rs'), uses(name)]));
}

/** The files of js/, each with those that it imports. */
function scripts(): Graph {
  const names = readdirSync('js', { recursive: true, encoding: 'utf8' }).filter((name) => /(?<!\.d)\.ts$/.test(name));
  const imports = (name: string) => {
    const found = readFileSync(join('js', name), 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)\.js'/g);
    return [...found].map(([, path]) => relative('js', join('js', dirname(name), `${path}.ts`)));
  };
  return new Map(names.map((name) => [name, new Set(imports(name))]));
}

/** A way from a module back to itself. */
function circleIn(graph: Graph): string[] | undefined {
  const visit = (way: string[]): string[] | undefined => {
    const last = way.at(-1) as string;
    if (way.indexOf(last) < way.length - 1) return way;
    for (const next of graph.get(last) ?? []) {
      const circle = visit([...way, next]);
      if (circle) return circle;
    }
    return undefined;
  };
  for (const name of graph.keys()) {
    const circle = visit([name]);
    if (circle) return circle;
  }
  return undefined;
}

describe('no circle of imports', () => {
  test.each(['src/core', 'src/core/session', 'src/core/tabs', 'src/web', 'src/web/records'])('in %s', (folder) => {
    const graph = modulesOf(folder);
    expect(graph.size).toBeGreaterThan(2);
    expect(circleIn(graph)).toBeUndefined();
  });

  test('in js', () => {
    const graph = scripts();
    expect(graph.get('index.ts')).toContain('api.ts');
    expect(circleIn(graph)).toBeUndefined();
  });

  test('would be found', () => {
    const graph: Graph = new Map([
      ['a', new Set(['b'])],
      ['b', new Set(['c'])],
      ['c', new Set(['b'])],
    ]);
    expect(circleIn(graph)).toEqual(['a', 'b', 'c', 'b']);
  });
});
