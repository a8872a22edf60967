// Open WebUI's auth router in a virtual environment in the cache, with what it imports: not with all that the rest of it
// depends on, which is gigabytes. Node builtins alone.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { at, cache } from '../project.mjs';
import { capture } from '../run.mjs';
import { bringOpenWebUiWheel, openWebUiWheel, whyNoOpenWebUiWheel } from './open-webui-wheel.mjs';

const requirements = at('tests', 'servers', 'open-webui', 'requirements.txt');
const lock = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);

/** The virtual environment: whole, or not there at all. */
const home = join(cache, `open-webui-0.12.4-${lock}`);
/** Its Python. Scripts beside it name the folder in which they were made. */
export const openWebUiPython = join(home, 'bin', 'python');

/** Brings it, once. What keeps it away is told, and `whyNoOpenWebUi` tells it to the checks. */
export async function bringOpenWebUi() {
  if (existsSync(home)) return 'there';
  const reason = await unfit();
  if (reason) return `not to be had: ${reason}`;
  const wheel = await bringOpenWebUiWheel();
  if (await whyNoOpenWebUiWheel()) return wheel;
  const problem = await build();
  return problem ? `not to be had: ${problem}` : 'brought';
}

/** Why it cannot be run here, in a sentence; nothing where it can. */
export async function whyNoOpenWebUi() {
  if (existsSync(home)) return undefined;
  return (await unfit()) ?? 'Open WebUI is not in the cache, where `npm run test:servers` puts it';
}

async function unfit() {
  const { output } = await capture('python3', ['--version']).catch(() => ({ output: '' }));
  const [found, version] = /^Python (3\.\d+)/.exec(output) ?? [];
  if (!['3.11', '3.12'].includes(version))
    return `Open WebUI needs Python 3.11 or 3.12, and here is ${found ?? 'none'}`;
  const hasVenv = (await capture('python3', ['-c', 'import ensurepip, venv'])).code === 0;
  return hasVenv
    ? undefined
    : 'Open WebUI needs the modules venv and ensurepip of Python (on Debian: apt-get install python3-venv)';
}

/** What is half done lies in a folder of its own. */
async function build() {
  const folder = mkdtempSync(join(cache, 'open-webui-in-progress-'));
  try {
    const python = join(folder, 'bin', 'python');
    const install = [python, '-m', 'pip', 'install', '--quiet', '--no-compile'];
    for (const [program, ...args] of [
      ['python3', '-m', 'venv', folder],
      [...install, '--require-hashes', '--only-binary', ':all:', '-r', requirements],
      [...install, '--no-deps', openWebUiWheel],
    ]) {
      const { code, output } = await capture(program, args);
      if (code !== 0) return output.trim().split('\n').at(-1) ?? `${program} ended with ${code}`;
    }
    renameSync(folder, home);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
