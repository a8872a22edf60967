// Running other programs. Node builtins alone.
import { spawn } from 'node:child_process';
import { environment, root } from './project.mjs';

export class CommandFailed extends Error {
  constructor(command, code, output) {
    super(`${command} ended with ${code}`);
    this.name = 'CommandFailed';
    this.output = output;
  }
}

/** Runs a program with its output on the terminal; rejects unless it ends with 0. */
export async function run(program, args, { env = environment(), cwd = root } = {}) {
  const { code } = await start(program, args, { env, cwd, stdio: 'inherit' });
  if (code !== 0) throw new CommandFailed([program, ...args].join(' '), code, '');
}

/** Runs a program and resolves to { code, output }; `onLine` sees each line as it comes. */
export function capture(program, args, { env = environment(), cwd = root, onLine } = {}) {
  return start(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], onLine });
}

/** Like `capture`, but rejects unless the program ends with 0. Resolves to the output. */
export async function outputOf(program, args, options) {
  const { code, output } = await capture(program, args, options);
  if (code !== 0) throw new CommandFailed([program, ...args].join(' '), code, output);
  return output;
}

/** Whether the program can be started at all. */
export async function exists(program, args = ['--version'], options) {
  return (await capture(program, args, options).catch(() => ({ code: 1 }))).code === 0;
}

function start(program, args, { onLine, ...options }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, options);
    let output = '';
    const take = (chunk) => {
      output += chunk;
      const line = String(chunk).trimEnd().split('\n').at(-1);
      if (line) onLine?.(line);
    };
    child.stdout?.setEncoding('utf8').on('data', take);
    child.stderr?.setEncoding('utf8').on('data', take);
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? signal, output }));
  });
}
