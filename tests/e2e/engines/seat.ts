// What one WebKit profile sits on: a screen, a driver, and the way to the network. All of it ends with this process.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { vi } from 'vitest';
import { BrowserLost } from './engine.js';
import { Gate } from './gate.js';

export interface Seat {
  display: string;
  driver: string;
  gate: Gate;
  stop(): Promise<void>;
}

export async function takeSeat(): Promise<Seat> {
  const gate = new Gate();
  const screen = start('Xvfb', ['-displayfd', '3', '-nolisten', 'tcp', '-screen', '0', '1024x768x24']);
  const [number] = await once(screen.stdio[3] as NodeJS.ReadableStream, 'data');
  const display = `:${String(number).trim()}`;
  const port = await freePort();
  const driver = start('WebKitWebDriver', [`--port=${port}`], {
    DISPLAY: display,
    GDK_BACKEND: 'x11',
    GTK_A11Y: 'none',
    NO_AT_BRIDGE: '1',
  });
  const address = `http://127.0.0.1:${port}`;
  await gate.open();
  const stop = async () => void (await Promise.all([end(driver), end(screen), gate.close()]));
  await vi
    .waitUntil(() => answers(`${address}/status`), { timeout: 30_000, interval: 20 })
    .catch(async () => {
      await stop();
      throw new BrowserLost('WebKitWebDriver did not start within 30 s');
    });
  return { display, driver: address, gate, stop };
}

/** A child that the kernel ends when this process ends, however that comes. */
function start(program: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn('setpriv', ['--pdeathsig', 'TERM', program, ...args], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
}

async function end(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  // One that answers nothing may not take a hint either.
  child.kill('SIGKILL');
  await exit;
}

const answers = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
