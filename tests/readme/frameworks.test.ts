import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { examples } from './readme.js';

// These applications are built and walked through by `npm run test:pack`.
const excerpts = examples('tsx', 'typescript').map(({ code }) => {
  const [, file = '', excerpt = ''] = /^\/\/ (\S+)\n(.*)$/s.exec(code) ?? [];
  return { file, excerpt };
});

test('there are examples for frameworks', () => {
  expect(excerpts.map(({ file }) => file.split('/')[1])).toEqual(['react', 'angular']);
});

test.each(excerpts)('the one of $file stands there', ({ file, excerpt }) => {
  expect(excerpt.trim()).not.toBe('');
  expect(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')).toContain(excerpt.trim());
});
