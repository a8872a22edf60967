// One browser for the whole suite; each test has a context of its own in it.
import puppeteer from 'puppeteer-core';
import type { TestProject } from 'vitest/node';
import { launchOptions } from '../../scripts/lib/browser.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the suite's browser is controlled. */
    browser: string;
  }
}

export default async function launch({ provide }: TestProject) {
  const browser = await puppeteer.launch(launchOptions());
  provide('browser', browser.wsEndpoint());
  return () => browser.close();
}
