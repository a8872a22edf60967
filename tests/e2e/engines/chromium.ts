import type { CDPSession, Page } from 'puppeteer-core';
import { findBrowser, launchOptions } from '../../../scripts/lib/browser.mjs';
import { absent, type Engine } from './engine.js';
import { engineOf, type PuppeteerEngine } from './puppeteer.js';

// With these, which puppeteer gives, a tab behind another would be neither throttled nor slowed down.
const PAMPERING = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

export function launchChromium(): Engine | PuppeteerEngine {
  if (!findBrowser().chromium) return absent('chromium', 'there is no Chromium here');
  const options = { ...launchOptions(), ignoreDefaultArgs: PAMPERING, defaultViewport: null };
  return engineOf(options, { name: 'chromium', cannot: {}, setLifecycle, kill, setOffline });
}

async function setLifecycle(page: Page, state: 'frozen' | 'active') {
  const session = await page.createCDPSession();
  await session.send('Page.setWebLifecycleState', { state });
  await session.detach();
}

async function kill(page: Page) {
  const session = await page.createCDPSession();
  const gone = new Promise((resolve) => page.once('error', resolve));
  // It has no answer.
  session.send('Page.crash').catch(() => {});
  await gone;
}

/** What a session overrides ends with it. */
const overriding = new WeakMap<Page, Promise<CDPSession>>();

/** As puppeteer does, except that the network is back before the page is told of it, and so is there for what the page then sends. */
async function setOffline(page: Page, offline: boolean) {
  const opened = overriding.get(page) ?? page.createCDPSession();
  overriding.set(page, opened);
  const session = await opened;
  const conditions = { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
  await session.send('Network.emulateNetworkConditionsByRule', {
    matchedNetworkConditions: [{ urlPattern: '', ...conditions }],
  });
  await session.send('Network.overrideNetworkState', conditions);
}
