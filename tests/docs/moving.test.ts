// Every snippet of docs/ is well typed. The recipes are run as well: recipes.test.ts.
import { expect, test } from 'vitest';
import { compile, type Snippet, snippetsOf } from './document.js';

const moving = snippetsOf('moving.md');
const recipes = snippetsOf('recipes.md');

test('there is a before and an after, wherever one comes from', () => {
  const from = [...new Set(moving.map(({ headings }) => headings[0]))];
  expect(from).toHaveLength(5);
  expect(moving.map(({ headings }) => headings)).toEqual(
    from.flatMap((it) => [
      [it, 'Before'],
      [it, 'After'],
    ]),
  );
  const after = moving.filter(({ headings }) => headings[1] === 'After');
  for (const { headings, code } of after) expect.soft(code, headings[0]).toContain("from 'evertoken'");
});

test('all are TypeScript', () => {
  expect([...moving, ...recipes].map(({ language }) => language)).toEqual(
    Array.from({ length: moving.length + recipes.length }, () => 'ts'),
  );
});

test('all are well typed', () => {
  expect(compile(files([...moving, ...recipes]))).toEqual([]);
});

test('one that is not is told', () => {
  const wrong = "import { startRefreshLoop } from 'evertoken';\nstartRefreshLoop({ refresh: 1 });";
  expect(compile({ 'wrong.ts': wrong })).toEqual([expect.stringMatching(/^wrong\.ts\(2,20\): error/)]);
});

function files(snippets: Snippet[]): Record<string, string> {
  return Object.fromEntries(
    snippets.map(({ headings, code }) => [`${headings.join('-').replaceAll(/\W+/g, '-')}.ts`, code]),
  );
}
