// What a tool runs: commands with their output kept, and servers that are ended with all that they have started.
import { spawn } from 'node:child_process';
import { environment } from '../../scripts/lib/project.mjs';

/** How long something may hang, in milliseconds. It bounds no speed: everything waits for what it needs to see. */
export const HANG = 180_000;

const running = new Set();
let isEnding = false;

const quiet = {
  CI: '1',
  NO_COLOR: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  NG_CLI_ANALYTICS: 'false',
  NODE_ENV: undefined,
};

/** Runs npm in a folder; rejects with its output unless it ends well. */
export async function npm(folder, ...args) {
  const { ended, output } = start(folder, args);
  const code = await ended;
  if (code !== 0) throw new Error(`npm ${args.join(' ')} ended with ${code}\n${tail(output())}`);
}

/** Starts a server by npm; resolves when `port` answers. */
export async function serve(folder, args, port) {
  const server = start(folder, args);
  let code;
  server.ended.then((value) => {
    code = value;
  });
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(HANG) }).then(
      (response) => response.status < 500,
      () => false,
    );
  try {
    await until(async () => {
      if (code !== undefined) throw new Error('it ended');
      return answers();
    });
  } catch (error) {
    await server.end();
    throw new Error(`npm ${args.join(' ')}: ${error.message}\n${tail(server.output())}`);
  }
  return server;
}

/** Waits until a condition holds. */
export async function until(condition) {
  for (const from = performance.now(); !(await condition()); ) {
    if (performance.now() - from > HANG) throw new Error(`nothing within ${HANG / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Ends everything that still runs, and lets nothing start any more. */
export async function endAll() {
  isEnding = true;
  await Promise.all([...running].map((process) => process.end()));
}

export const tail = (text, lines = 40) => text.trimEnd().split('\n').slice(-lines).join('\n');

function start(cwd, args) {
  if (isEnding) throw new Error('the run is being ended');
  // A process group of its own: npm's children end with it.
  const child = spawn('npm', args, {
    cwd,
    detached: true,
    env: { ...environment(), ...quiet },
    // esbuild's server ends with its stdin.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const ended = new Promise((resolve) => {
    child.on('error', (error) => {
      output += error.message;
      resolve('an error');
    });
    child.on('exit', (code, signal) => resolve(code ?? signal));
  });
  const process_ = { ended, output: () => output, end };
  running.add(process_);
  ended.then(() => running.delete(process_));
  return process_;

  async function end() {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
    await ended;
  }
}
