// Which outputs are up to date: a stamp holds the hash of what they were made from. Node builtins alone.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { at } from './project.mjs';

const stampFile = (name) => at('target', 'stamps', name);

/** Runs `work` unless it ran for the same inputs (files and folders) before and all outputs are there. */
export async function whenChanged(name, inputs, outputs, work) {
  const hash = hashOf(inputs);
  const file = stampFile(name);
  if (outputs.every(existsSync) && existsSync(file) && readFileSync(file, 'utf8') === hash) return 'unchanged';
  const did = await work();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, hash);
  return did;
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesUnder)) hash.update(path).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

export function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}
