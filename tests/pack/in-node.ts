import { execFileSync } from 'node:child_process';
import { inject } from 'vitest';

/** Runs a module in the project that has the package installed, in a process that must end by itself. What it logs is JSON. */
export function inNode(source: string) {
  const args = ['--input-type=module', '--eval', source];
  return JSON.parse(execFileSync('node', args, { cwd: inject('project'), encoding: 'utf8', timeout: 120_000 }));
}
