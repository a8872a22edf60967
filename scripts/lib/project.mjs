// Where things are. Node builtins alone: this runs before anything is installed.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const at = (...parts) => join(root, ...parts);

// Tools are kept outside the clone, by version, so that the next clone finds them.
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'evertoken');

export const wasmTarget = 'wasm32-unknown-unknown';

/** The environment for everything a script runs: the project's own Node and tools come first. */
export function environment(extra = {}) {
  const path = [...(extra.path ?? []), at('node_modules', '.bin'), process.env.PATH].join(delimiter);
  const { path: _, ...rest } = extra;
  return { ...process.env, ...rest, PATH: path };
}

/** The version of a crate in a Cargo.lock. */
export function lockedVersion(crate, lockfile = at('Cargo.lock')) {
  const found = readFileSync(lockfile, 'utf8').match(new RegExp(`name = "${crate}"\\nversion = "([^"]+)"`));
  if (!found) throw new Error(`${lockfile} does not name ${crate}`);
  return found[1];
}
