import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { staleRow, withTable } from '../../scripts/lib/sizes.mjs';
import { readme } from './readme.js';

const rows = [
  ['wasm', 70_000, 30_000, 25_000],
  ['glue', 7_000, 2_400, 2_000],
];
const page = withTable('before\n<!-- sizes -->\nwhat was there\n<!-- /sizes -->\nafter', rows);

test('the table is written between its markers', () => {
  expect(page).toBe(`before
<!-- sizes -->
|  | raw | gzip | brotli |
|---|---:|---:|---:|
| wasm | 70,000 | 30,000 | 25,000 |
| glue | 7,000 | 2,400 | 2,000 |
<!-- /sizes -->
after`);
  expect(withTable(page, rows)).toBe(page);
  expect(() => withTable('no markers', rows)).toThrow('docs/size.md has no place');
});

test.each([
  ['true', rows, undefined],
  ['true but for what another compiler changes', [['wasm', 70_900, 30_300, 25_300], rows[1]], undefined],
  ['smaller by now', [['wasm', 60_000, 26_000, 21_000], rows[1]], 'wasm: 60000, 26000, 21000'],
  ['larger by now', [rows[0], ['glue', 7_000, 2_400, 2_100]], 'glue: 7000, 2400, 2100'],
  ['without a row', [...rows, ['API', 1, 1, 1]], 'API: 1, 1, 1'],
  ['with a row too many', [rows[0]], 'glue'],
])('the table is %s', (_, measured, wrong) => {
  expect(staleRow(page, measured)).toBe(wrong);
});

test('docs/size.md has the table, and the README the total', () => {
  expect(staleRow(readFileSync('docs/size.md', 'utf8'), [])).toBeDefined();
  expect(readme).toMatch(/<!-- size -->[\d,]+<!-- \/size --> bytes after brotli/);
});
