import type { Page } from 'puppeteer-core';
import { test as base, expect, type TestContext } from 'vitest';
import type { DemoServer } from '../../examples/demo/server/demo-server.mjs';
import { launchChromium } from './engines/chromium.js';
import { BrowserLost } from './engines/engine.js';
import type { Context, PuppeteerEngine } from './engines/puppeteer.js';
import { beginAnew, ONCE_MORE } from './scenarios/support.js';
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

/** A test that may open pages in Chromium: each has a demo server and a browser context of its own. */
const opening = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are wanted
  .extend('engine', { scope: 'worker' }, async ({}, { onCleanup }) => {
    const engine = launchChromium() as PuppeteerEngine;
    onCleanup(() => engine.close());
    return engine;
  })
  .extend('open', async ({ engine, task }, { onCleanup }): Promise<Open> => {
    const undo: (() => Promise<unknown>)[] = [];
    const uncaught: string[] = [];
    let context: Context | undefined;
    let lost: string | undefined;
    onCleanup(async () => {
      if (task.result?.state === 'fail') await context?.running.lookAgain();
      lost ??= context?.running.lost;
      for (const step of undo.reverse()) await (lost ? step().catch(() => {}) : step());
      if (lost) beginAnew(task, lost);
      expect(uncaught).toEqual([]);
    });
    return async ({ settings, path = '/e2e/', clock, viewport } = {}) => {
      const server = await startServer(settings);
      undo.push(() => server.close());
      context = await engine.newContext().catch((error: Error) => {
        if (error instanceof BrowserLost) lost = error.reason;
        throw error;
      });
      undo.push(context.close);
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
    };
  });

type Run<Args extends unknown[]> = (...args: Args) => unknown;
type Declare<Args extends unknown[]> = (title: string, run: Run<Args>) => void;
type Given = TestContext & { open: Open };

/** Declares such a test; one whose browser is lost begins anew. */
export const test: Declare<[Given]> & { for<const Case>(cases: readonly Case[]): Declare<[Case, Given]> } =
  Object.assign((title: string, run: Run<[Given]>) => opening(title, { retry: ONCE_MORE }, run as never), {
    for:
      <const Case>(cases: readonly Case[]) =>
      (title: string, run: Run<[Case, Given]>) =>
        opening.for(cases)(title, { retry: ONCE_MORE }, run as never),
  });
