import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { test as base, expect, inject } from 'vitest';
import type { DemoServer } from '../../examples/demo/server/demo-server.mjs';
import { startServer } from './server.js';

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

async function open(how: How, uncaught: string[], undo: (() => Promise<unknown>)[]): Promise<Opened> {
  const { settings, path = '/e2e/', clock, viewport } = how;
  const server = await startServer(settings);
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
  await page.goto(server.url + path + (clock ? '?clock={}' : ''));
  return { server, page, messages, uncaught };
}

let connected: Promise<Browser> | undefined;
function browser() {
  connected ??= puppeteer.connect({ browserWSEndpoint: inject('browser'), defaultViewport: null });
  return connected;
}
