// A MiniBrowser with a screen, a driver and a way to the network of its own. All of it ends with this process.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { vi } from 'vitest';
import { BrowserLost } from './engine.js';
import { Gate } from './gate.js';
import { WebDriver } from './webdriver.js';

export interface Seat {
  display: string;
  driver: WebDriver;
  /** A window without a tab of a scenario's, between two profiles: with its last one the browser would end. */
  window: string;
  gate: Gate;
  /** How many have used it. */
  profiles: number;
  stop(): Promise<void>;
}

export async function takeSeat(miniBrowser: string): Promise<Seat> {
  const gate = new Gate();
  const screen = start('Xvfb', ['-displayfd', '3', '-nolisten', 'tcp', '-screen', '0', '1024x768x24']);
  const [number] = await once(screen.stdio[3] as NodeJS.ReadableStream, 'data');
  const display = `:${String(number).trim()}`;
  const port = await freePort();
  const process = start('WebKitWebDriver', [`--port=${port}`], {
    DISPLAY: display,
    GDK_BACKEND: 'x11',
    GTK_A11Y: 'none',
    NO_AT_BRIDGE: '1',
  });
  const address = `http://127.0.0.1:${port}`;
  await gate.open();
  const stop = async () => void (await Promise.all([end(process), end(screen), gate.close()]));
  try {
    await vi
      .waitUntil(() => answers(`${address}/status`), { timeout: 30_000, interval: 20 })
      .catch(() => {
        throw new BrowserLost('WebKitWebDriver did not start within 30 s');
      });
    const driver = await WebDriver.start(address, {
      'webkitgtk:browserOptions': { binary: miniBrowser, args: ['--automation', `--proxy=http://${gate.address}`] },
      // Under load its driver may miss that a page is there, and waits for five minutes: the tab looks for itself.
      pageLoadStrategy: 'none',
    });
    return { display, driver, window: await driver.firstWindow(), gate, profiles: 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
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
