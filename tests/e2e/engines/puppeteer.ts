// What Chromium and Firefox share: both are driven by puppeteer.
import type { Browser, BrowserContext, KeyInput, Page } from 'puppeteer-core';
import type { Engine, Profile, Tab } from './engine.js';
import { answerOf, expressionOf, goBack, leave } from './script.js';

/** What each of the two does in its own way. */
interface Ways {
  setLifecycle(page: Page, state: 'frozen' | 'active'): Promise<void>;
  kill(page: Page): Promise<void>;
  /** Where it is not as puppeteer does it. */
  setOffline?(page: Page, offline: boolean): Promise<void>;
}

/** An engine over a browser that puppeteer has launched. */
export async function engineOf(
  browser: Browser,
  { name, cannot, ...ways }: Pick<Engine, 'name' | 'cannot'> & Ways,
): Promise<Engine> {
  const inTurn = oneAfterAnother();
  return {
    name,
    version: await browser.version(),
    cannot,
    newProfile: async () => profileOf(await browser.createBrowserContext(), ways, inTurn),
    close: () => browser.close(),
  };
}

type InTurn = <Result>(work: () => Promise<Result>) => Promise<Result>;

/** Firefox waits for ever for a tab to come to the front when another one has done so meanwhile. */
function oneAfterAnother(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}

function profileOf(context: BrowserContext, ways: Ways, inTurn: InTurn): Profile {
  const tabs: Tab[] = [];
  return {
    tabs,
    async newTab() {
      const page = await inTurn(() => context.newPage());
      const tab = tabOf(page, ways, inTurn, () => tabs.splice(tabs.indexOf(tab), 1));
      if (tabs.push(tab) > 1) await tab.show();
      return tab;
    },
    close: () => context.close(),
  };
}

function tabOf(page: Page, ways: Ways, inTurn: InTurn, onClose: () => void): Tab {
  const tab: Tab = {
    evaluate: async (run, ...args) => answerOf((await page.evaluate(expressionOf(run, args))) as string) as never,
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    back: () => goBack(tab),
    leave: (go) => leave(tab, go),
    moveMouse: (x, y) => page.mouse.move(x, y),
    press: (key) => page.keyboard.press(key as KeyInput),
    show: () => inTurn(() => page.bringToFront()),
    async close() {
      onClose();
      await page.close();
    },
    async kill() {
      onClose();
      await ways.kill(page);
      await page.close();
    },
    freeze: () => ways.setLifecycle(page, 'frozen'),
    resume: () => ways.setLifecycle(page, 'active'),
    setOffline: (offline) => ways.setOffline?.(page, offline) ?? page.setOfflineMode(offline),
  };
  return tab;
}
