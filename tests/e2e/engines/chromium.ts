import puppeteer, { type Page } from 'puppeteer-core';
import { findBrowser, launchOptions } from '../../../scripts/lib/browser.mjs';
import { absent, type Engine } from './engine.js';
import { engineOf } from './puppeteer.js';

// With these, which puppeteer gives, a tab behind another would be neither throttled nor slowed down.
const PAMPERING = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

export async function launchChromium(): Promise<Engine> {
  if (!findBrowser().chromium) return absent('chromium', 'there is no Chromium here');
  const browser = await puppeteer.launch({ ...launchOptions(), ignoreDefaultArgs: PAMPERING, defaultViewport: null });
  return engineOf(browser, { name: 'chromium', cannot: {}, setLifecycle });
}

async function setLifecycle(page: Page, state: 'frozen' | 'active') {
  const session = await page.createCDPSession();
  await session.send('Page.setWebLifecycleState', { state });
  await session.detach();
}
