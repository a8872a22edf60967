// Feathers in the cache: BetterForms is closed, and this is what its sign-in is built with. Node builtins alone.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { at, cache } from '../project.mjs';
import { capture } from '../run.mjs';

const source = (file) => at('tests', 'servers', 'better-forms', file);
const lock = createHash('sha256')
  .update(readFileSync(source('package-lock.json')))
  .digest('hex')
  .slice(0, 12);

/** Installed as its lockfile says, or not there at all. */
const home = join(cache, `feathers-${lock}`);

/** Its packages. */
export const feathersPackage = createRequire(join(home, 'package.json'));

/** Brings it, once. What keeps it away is told, and `whyNoFeathers` tells it to the checks. */
export async function bringFeathers() {
  if (existsSync(home)) return 'there';
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'feathers-in-progress-'));
  try {
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(source(file), join(folder, file));
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    const { code, output } = await capture('npm', args, { cwd: folder, env: process.env });
    if (code !== 0) return `not to be had: ${output.trim().split('\n')[0] || `npm ended with ${code}`}`;
    renameSync(folder, home);
    return 'brought';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why it cannot be run here, in a sentence; nothing where it can. */
export function whyNoFeathers() {
  return existsSync(home) ? undefined : 'Feathers is not in the cache, where `npm run test:servers` puts it';
}
