import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { test as base, expect, inject } from 'vitest';
import { createDemoServer, type DemoServer } from '../../examples/demo/server/demo-server.mjs';
import type { EndReason, ErrorCode, Options, Session, Tokens } from '../../js/types.js';
import { type FakeClock, installClock } from './clock.js';

type By = 'cookie' | 'oauth';

/** What page/e2e.js puts into the page, and clock.ts where it is asked for. */
declare global {
  var e2e: {
    readonly evertoken: typeof import('../../js/index.js');
    session: Session;
    events: ({ type: string } & Record<string, unknown>)[];
    start(by: By, options?: Partial<Options>): Promise<Session>;
    signIn(by: By, options?: Partial<Options>): Promise<Session>;
    follow(session: Session): Session;
    outcome(promise: Promise<unknown>): Promise<Outcome>;
    tokens(by: By, login: string, password: string): Promise<Tokens>;
  };
  var clock: FakeClock;
}

interface Outcome {
  value?: unknown;
  name?: string;
  message?: string;
  code?: ErrorCode;
  option?: string;
  reason?: EndReason;
}

interface How {
  /** The server's settings. */
  settings?: Record<string, unknown>;
  /** Whether time passes only as the test says. */
  clock?: boolean;
  /** The page, below the server's URL. */
  path?: string;
  viewport?: { width: number; height: number };
}

interface Opened {
  server: DemoServer;
  page: Page;
  /** Every text on the console, and every error that nobody caught. */
  messages: string[];
  /** The errors that nobody caught. */
  uncaught: string[];
}

export type Open = (how?: How) => Promise<Opened>;

/** A test that may open pages: each has a demo server and a browser context of its own. */
export const test = base.extend<{ open: Open }>({
  open: async ({ task: _ }, use) => {
    const undo: (() => Promise<unknown>)[] = [];
    const uncaught: string[] = [];
    await use((how = {}) => open(how, uncaught, undo));
    for (const step of undo.reverse()) await step();
    expect(uncaught).toEqual([]);
  },
});

const packageFolder = join(inject('project'), 'node_modules/evertoken');
const pageFolder = join(import.meta.dirname, 'page');

async function open(how: How, uncaught: string[], undo: (() => Promise<unknown>)[]): Promise<Opened> {
  const { settings = {}, path = '/e2e/', clock, viewport } = how;
  const mounts = { '/e2e/': pageFolder };
  const server = createDemoServer({ dist: join(packageFolder, 'dist'), mounts, settings });
  await server.listen(0);
  undo.push(() => server.close());

  const context = await (await browser()).createBrowserContext();
  undo.push(() => context.close());
  const page = await context.newPage();
  if (viewport) await page.setViewport(viewport);
  const messages: string[] = [];
  page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => {
    messages.push(String((error as Error).stack ?? error));
    uncaught.push(String((error as Error).stack ?? error));
  });
  if (clock) await installClock(page, server);
  await page.goto(server.url + path);
  return { server, page, messages, uncaught };
}

let connected: Promise<Browser> | undefined;
function browser() {
  connected ??= puppeteer.connect({ browserWSEndpoint: inject('browser'), defaultViewport: null });
  return connected;
}

/** Of a server's refreshes: when it was asked, in seconds of its own time. */
export function refreshTimes(server: DemoServer): number[] {
  return server.requests({ kind: 'refresh' }).map(({ serverAt }) => serverAt / 1000);
}
