// What Chromium and Firefox share: both are driven by puppeteer.
import type { Browser, BrowserContext, KeyInput, Page } from 'puppeteer-core';
import type { Engine, Profile, Tab } from './engine.js';
import { answerOf, expressionOf, goBack } from './script.js';

type Lifecycle = (page: Page, state: 'frozen' | 'active') => Promise<void>;

/** An engine over a browser that puppeteer has launched. */
export async function engineOf(
  browser: Browser,
  { name, cannot, setLifecycle }: Pick<Engine, 'name' | 'cannot'> & { setLifecycle: Lifecycle },
): Promise<Engine> {
  return {
    name,
    version: await browser.version(),
    cannot,
    newProfile: async () => profileOf(await browser.createBrowserContext(), setLifecycle),
    close: () => browser.close(),
  };
}

function profileOf(context: BrowserContext, setLifecycle: Lifecycle): Profile {
  const tabs: Tab[] = [];
  return {
    tabs,
    async newTab() {
      const page = await context.newPage();
      const tab = tabOf(page, setLifecycle, () => tabs.splice(tabs.indexOf(tab), 1));
      if (tabs.push(tab) > 1) await tab.show();
      return tab;
    },
    close: () => context.close(),
  };
}

function tabOf(page: Page, setLifecycle: Lifecycle, onClose: () => void): Tab {
  const tab: Tab = {
    evaluate: async (run, ...args) => answerOf((await page.evaluate(expressionOf(run, args))) as string) as never,
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    back: () => goBack(tab),
    moveMouse: (x, y) => page.mouse.move(x, y),
    press: (key) => page.keyboard.press(key as KeyInput),
    show: () => page.bringToFront(),
    async close() {
      onClose();
      await page.close();
    },
    freeze: () => setLifecycle(page, 'frozen'),
    resume: () => setLifecycle(page, 'active'),
    setOffline: (offline) => page.setOfflineMode(offline),
  };
  return tab;
}
