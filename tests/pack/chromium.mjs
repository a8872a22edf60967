// Chromium, and another one in its place when it is Chromium that fails: a driver is not the product.
import { setTimeout as pause } from 'node:timers/promises';
import puppeteer from 'puppeteer-core';
import { launchOptions } from '../../scripts/lib/browser.mjs';
import { HANG } from './processes.mjs';

// Milliseconds in which a blank page of a browser that works answers.
const ANSWER_TIMEOUT = 30_000;

let replacementsLeft = 2;

export class Chromium {
  #browser;
  #isClosed = false;

  /**
   * Runs `visit` with a page of its own. A visit that is rejected begins anew, once, if the browser did not start, has died
   * or does not answer any more.
   *
   * @template Seen
   * @param {string} name for the line that tells of the replacement
   * @param {(page: import('puppeteer-core').Page) => Promise<Seen>} visit
   * @returns {Promise<Seen>}
   */
  async visit(name, visit) {
    try {
      return await this.#visit(visit);
    } catch (error) {
      const why = await this.#failure(error);
      if (!why || replacementsLeft === 0 || this.#isClosed) throw error;
      replacementsLeft -= 1;
      console.log(`replaced: Chromium, ${name}: ${why}`);
      await this.#end();
      return await this.#visit(visit);
    }
  }

  async #visit(visit) {
    if (this.#isClosed) throw new Error('the run is being ended');
    this.#browser ??= await puppeteer.launch({ ...launchOptions(), timeout: HANG, protocolTimeout: HANG });
    const over = new AbortController();
    try {
      return await Promise.race([inPage(this.#browser, visit), silence(this.#browser, over.signal)]);
    } finally {
      over.abort();
    }
  }

  /** What is wrong with the browser; nothing where it works. */
  async #failure(error) {
    if (!this.#browser) return `it did not start: ${error.message}`;
    if (!this.#browser.connected) return 'it has died';
    return (await inTime(answer(this.#browser))) ? undefined : `no answer within ${ANSWER_TIMEOUT / 1000} s`;
  }

  /** Ends the browser for good. */
  async close() {
    this.#isClosed = true;
    await this.#end();
  }

  async #end() {
    const browser = this.#browser;
    this.#browser = undefined;
    if (!browser) return;
    await inTime(browser.close());
    browser.process()?.kill('SIGKILL');
  }
}

async function inPage(browser, visit) {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(HANG);
    await setOnline(page);
    return await visit(page);
  } finally {
    await context.close().catch(() => {});
  }
}

/** Rejects when the browser does not answer any more. */
async function silence(browser, signal) {
  do await pause(ANSWER_TIMEOUT, undefined, { signal });
  while (await inTime(answer(browser)));
  throw new Error('Chromium does not answer');
}

/** Also where the machine has no network: a session waits while its page is offline, and all that it needs is on loopback. */
async function setOnline(page) {
  const protocol = await page.createCDPSession();
  await protocol.send('Network.enable');
  await protocol.send('Network.overrideNetworkState', {
    offline: false,
    // Milliseconds, which nothing waits. Without any there would be nothing to override.
    latency: 1,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
}

async function answer(browser) {
  const page = await browser.newPage();
  await page.evaluate('1');
  await page.close();
}

/** Whether a promise is fulfilled in time. */
async function inTime(promise) {
  const timer = new AbortController();
  const isFulfilled = promise.then(
    () => true,
    () => false,
  );
  const isLate = pause(ANSWER_TIMEOUT, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([isFulfilled, isLate]);
  } finally {
    timer.abort();
  }
}
