// Open WebUI as PyPI has it: one wheel in the cache, checked by its hash. Node builtins alone.
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cache } from '../project.mjs';
import { capture } from '../run.mjs';

const version = '0.12.4';
const name = `open_webui-${version}-py3-none-any.whl`;
const sha256 = '02e9caba96234db3fa17a92e56163b3f7f2b8ca8227fa886b85c178d696483f6';

/** Whole, or not there at all. */
export const openWebUiWheel = join(cache, name);

/** Brings it, once. What keeps it away is told, and `whyNoOpenWebUiWheel` tells it to the checks. */
export async function bringOpenWebUiWheel() {
  if (existsSync(openWebUiWheel)) return 'there';
  if (!(await hasPython())) return `not to be had: ${noPython}`;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'open-webui-in-progress-'));
  try {
    const args = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, `open-webui==${version}`];
    const { code, output } = await capture('python3', args);
    if (code !== 0) return `not to be had: ${output.trim().split('\n').at(-1)}`;
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, name)), hash);
    const found = hash.digest('hex');
    if (found !== sha256) throw new Error(`${name} has the SHA-256 ${found}, not ${sha256}`);
    renameSync(join(folder, name), openWebUiWheel);
    return `brought ${version}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why nothing of it can be run here, in a sentence; nothing where it can. */
export async function whyNoOpenWebUiWheel() {
  if (!(await hasPython())) return noPython;
  const isThere = existsSync(openWebUiWheel);
  return isThere ? undefined : "Open WebUI's wheel is not in the cache, where `npm run test:servers` puts it";
}

const noPython = 'Open WebUI needs Python 3, and here is none';

const hasPython = async () => (await capture('python3', ['--version']).catch(() => ({ code: 1 }))).code === 0;
