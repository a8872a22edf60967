import type { Page } from 'puppeteer-core';
import { describe, expect, vi } from 'vitest';
import { test } from './support.js';

const PHONE = { width: 360, height: 720 };

/** Goes on by the Tab key until the element with this id, or of this name, has the focus. */
async function tabTo(page: Page, which: string) {
  const passed: string[] = [];
  for (let presses = 0; presses < 60; presses++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      return [element?.id ?? '', element?.name ?? ''];
    });
    if (focused.includes(which)) return;
    passed.push(focused.join('|'));
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never came to ${which}, but to ${passed.join(' ')}`);
}

const shown = (page: Page, selector: string) => page.waitForSelector(selector, { visible: true });
const textOf = (page: Page, selector: string) => page.$eval(selector, (element) => element.textContent?.trim());
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

describe('the demo’s page', () => {
  test.for(['cookie', 'oauth'] as const)(
    'by keyboard alone, by %s: sign in, a refresh, a call, sign out',
    async (by, { open }) => {
      const { server, page, messages } = await open({ path: '/', settings: { tokenLifetime: 6 }, viewport: PHONE });
      await shown(page, '#sign-in');
      expect(await overflow(page)).toBe(0);
      await tabTo(page, 'by');
      if (by === 'oauth') await page.keyboard.press('ArrowRight');
      await tabTo(page, 'login');
      await page.keyboard.type(' lovelace');
      await page.keyboard.press('Enter');
      await shown(page, '#signed-in');
      expect(await textOf(page, '#who')).toContain('lovelace');
      expect(await overflow(page)).toBe(0);

      // A short token at first, and none after the refresh.
      server.set({ tokenLifetime: 600 });
      await page.waitForFunction(() => Number(document.querySelector('[data-card="generation"] dd')?.textContent) >= 2);
      expect(server.stats().refreshes[by].accepted).toBeGreaterThanOrEqual(1);

      await tabTo(page, 'call');
      await page.keyboard.press('Enter');
      await shown(page, '#log [data-event="api"]');
      expect(await textOf(page, '#log [data-event="api"]')).toContain('200, hello');
      expect(await overflow(page)).toBe(0);

      await tabTo(page, 'sign-out');
      await page.keyboard.press('Enter');
      await shown(page, '#sign-in');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('sign-in-button');
      expect(await textOf(page, '[data-card="status"] dd')).toBe('ended: signed-out');
      await vi.waitUntil(() => server.stats().sessions === 0);
      expect(messages).toEqual([]);
    },
  );

  test('in two tabs one refreshes and the other adopts: each says which, and the generation is the same', async ({
    open,
  }) => {
    const { server, page, messages } = await open({ path: '/?by=oauth', settings: { tokenLifetime: 300 } });
    await shown(page, '#sign-in');
    await page.click('#sign-in-button');
    await shown(page, '#signed-in');
    const other = await page.browserContext().newPage();
    await other.goto(`${server.url}/?by=oauth`);
    await shown(other, '#signed-in');
    expect(await textOf(other, '[data-card="by"] dd')).toBe('–');

    await other.click('#refresh');
    const says = (page: Page, by: string) => page.waitForSelector(`[data-card="by"][data-value="${by}"]`);
    await Promise.all([says(other, 'this-tab'), says(page, 'another-tab')]);
    for (const tab of [page, other]) {
      expect(await textOf(tab, '[data-card="generation"] dd')).toBe('2');
      expect(await tab.title()).toBe('#2 evertoken demo');
    }
    expect(await textOf(page, '#log [data-event="refreshed"]')).toContain('by another-tab');
    expect(server.stats().refreshes.oauth).toMatchObject({ accepted: 1, rejected: 0 });

    await page.bringToFront();
    await page.click('#sign-out');
    await other.bringToFront();
    await shown(other, '#sign-in');
    expect(await textOf(other, '#notice')).toBe('You are signed out.');
    expect(messages).toEqual([]);
  });

  test('a tab that waits at the sign-in page takes part, also where the other one chooses another way to refresh', async ({
    open,
  }) => {
    const { server, page, messages } = await open({ path: '/', settings: { tokenLifetime: 300 } });
    await shown(page, '#sign-in');
    const other = await page.browserContext().newPage();
    await other.goto(`${server.url}/`);
    await shown(other, '#sign-in');
    await page.bringToFront();
    await page.click('input[value="oauth"]');
    await page.click('#sign-in-button');
    await shown(page, '#signed-in');
    await other.bringToFront();
    await shown(other, '#signed-in');
    expect(await textOf(other, '#who')).toContain('by OAuth');
    expect(messages).toEqual([]);
  });

  test('a session by cookie is still there after a reload', async ({ open }) => {
    const { page, messages } = await open({ path: '/' });
    await shown(page, '#sign-in');
    await page.click('#sign-in-button');
    await shown(page, '#signed-in');
    await page.reload();
    await shown(page, '#signed-in');
    expect(await textOf(page, '[data-card="status"] dd')).toBe('active');
    expect(messages).toEqual([]);
  });

  test('the server’s faults can be switched on, and the session keeps its token', async ({ open }) => {
    const { server, page } = await open({ path: '/' });
    await shown(page, '#sign-in');
    await page.click('#sign-in-button');
    await shown(page, '#signed-in');
    await page.select('select[name="fault"]', '500');
    await vi.waitUntil(() => server.settings.faults.refresh.kind === '500');
    await page.click('#refresh');
    await shown(page, '#log [data-event="refreshfailed"]');
    expect(await textOf(page, '[data-card="failure"] dd')).toContain('500');
    expect(await textOf(page, '[data-card="status"] dd')).toBe('active');
    await page.select('select[name="fault"]', 'none');
    await shown(page, '#log [data-event="refreshed"]');
    expect(await textOf(page, '[data-card="failure"] dd')).toBe('–');
  });

  test.for([360, 1200])('nothing runs over its edge at %i px, in light and dark', async (width, { open }) => {
    const { page, messages } = await open({ path: '/', viewport: { width, height: 800 } });
    const contrast: string[] = [];
    for (const value of ['light', 'dark']) {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
      await page.reload();
      await shown(page, '#sign-in');
      expect(await overflow(page)).toBe(0);
      contrast.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    }
    expect(new Set(contrast).size).toBe(2);
    expect(messages).toEqual([]);
  });
});
