// A browser that is lost says nothing about the product: the scenario begins anew, once. All else that fails is a failure.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, type TaskMeta } from 'vitest';
import { environment } from '../../../scripts/lib/project.mjs';
import { scenario } from './support.js';

const config = join(import.meta.dirname, '../replacing/vitest.config.ts');

interface Report {
  testResults: { assertionResults: { title: string; status: string; failureMessages: string[]; meta: TaskMeta }[] }[];
}

/** The verdict on each scenario of replacing/losses.ts, and whether another browser was tried. */
async function verdicts() {
  const folder = mkdtempSync(join(tmpdir(), 'evertoken-replacing-'));
  const file = join(folder, 'report.json');
  const env = environment({ ENGINE: inject('engine') });
  try {
    const args = ['run', '--config', config, '--reporter=json', `--outputFile=${file}`];
    await new Promise((ended) => execFile('vitest', args, { env }, ended));
    const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
    const results = testResults.flatMap(({ assertionResults }) => assertionResults);
    return Object.fromEntries(
      results.map(({ title, status, meta, failureMessages }) => [
        title,
        { status, isReplaced: meta.replaced !== undefined, failures: failureMessages.length },
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

scenario('a scenario begins anew where its browser was lost, once, and nowhere else', async () => {
  expect(await verdicts()).toEqual({
    'dies once': { status: 'passed', isReplaced: true, failures: expect.any(Number) },
    'dies each time': { status: 'failed', isReplaced: true, failures: expect.any(Number) },
    'an expectation fails': { status: 'failed', isReplaced: false, failures: 1 },
    'an expectation fails, and then the browser dies': {
      status: 'failed',
      isReplaced: false,
      failures: expect.any(Number),
    },
    'a page hangs': { status: 'failed', isReplaced: false, failures: expect.any(Number) },
  });
});
