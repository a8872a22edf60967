// What Chromium and Firefox share: both are driven by puppeteer.
import puppeteer, { type KeyInput, type LaunchOptions, type Page } from 'puppeteer-core';
import { BrowserLost, type Engine, type Profile, type Tab } from './engine.js';
import { answerOf, expressionOf, goBack, leave } from './script.js';
import { watch } from './watch.js';

/** What each of the two does in its own way. */
interface Ways {
  setLifecycle(page: Page, state: 'frozen' | 'active'): Promise<void>;
  kill(page: Page): Promise<void>;
  /** Where it is not as puppeteer does it. */
  setOffline?(page: Page, offline: boolean): Promise<void>;
}

/** An engine whose browser puppeteer launches when it is first needed, and again after it was lost. */
export function engineOf(
  options: LaunchOptions,
  { name, cannot, ...ways }: Pick<Engine, 'name' | 'cannot'> & Ways,
): PuppeteerEngine {
  let running: Running | undefined;
  let starting: Promise<Running> | undefined;
  const start = async () => {
    await running?.close();
    running = await launch(options);
    return running;
  };
  const browser = async () => {
    if (running && !running.lost) return running;
    starting ??= start().finally(() => {
      starting = undefined;
    });
    return starting;
  };
  const newContext = async () => contextOf(await browser());
  return {
    name,
    cannot,
    newContext,
    newProfile: async () => profileOf(await newContext(), ways),
    close: async () => running?.close(),
  };
}

export interface PuppeteerEngine extends Engine {
  newContext(): Promise<Context>;
}

/** What a profile is made of. */
export interface Context {
  readonly running: Pick<Running, 'lost' | 'lookAgain' | 'inTurn'>;
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

type Running = Awaited<ReturnType<typeof launch>>;

async function launch(options: LaunchOptions) {
  // Each test has a limit of its own, and the watch sees what does not answer at all.
  const browser = await puppeteer.launch({ ...options, protocolTimeout: 0 }).catch((error: Error) => {
    throw new BrowserLost(`the browser did not start: ${error.message}`);
  });
  const [blank] = await browser.pages();
  const askBlankPage = () => (blank as Page).evaluate('1');
  // Whatever waits for an answer fails when the process ends.
  const watched = watch(askBlankPage, () => browser.process()?.kill('SIGKILL'));
  return {
    browser,
    inTurn: oneAfterAnother(),
    get lost() {
      return watched.lost;
    },
    /** After a command failed: whether that was for want of a browser. */
    async lookAgain() {
      await askBlankPage().catch(() => watched.lose('the browser died'));
    },
    async close() {
      watched.end();
      if (browser.connected) await browser.close();
    },
  };
}

async function contextOf(running: Running): Promise<Context> {
  const context = await running.browser.createBrowserContext();
  return {
    running,
    async newPage() {
      const page = await running.inTurn(() => context.newPage());
      page.setDefaultTimeout(0);
      return page;
    },
    close: () => context.close(),
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

function profileOf({ running, newPage, close }: Context, ways: Ways): Profile {
  const tabs: Tab[] = [];
  return {
    tabs,
    get lost() {
      return running.lost;
    },
    async newTab() {
      const tab = tabOf(await newPage(), ways, running, () => tabs.splice(tabs.indexOf(tab), 1));
      if (tabs.push(tab) > 1) await tab.show();
      return tab;
    },
    close,
  };
}

function tabOf(page: Page, ways: Ways, running: Context['running'], onClose: () => void): Tab {
  const ask = <Result>(command: Promise<Result>) =>
    command.catch(async (error) => {
      if (/^(TargetClose|ConnectionClosed)Error$/.test(error.name)) await running.lookAgain();
      throw running.lost ? new BrowserLost(running.lost) : error;
    });
  const tab: Tab = {
    evaluate: async (run, ...args) => answerOf((await ask(page.evaluate(expressionOf(run, args)))) as string) as never,
    goto: async (url) => void (await ask(page.goto(url))),
    reload: async () => void (await ask(page.reload())),
    back: () => goBack(tab),
    leave: (go) => leave(tab, go),
    moveMouse: (x, y) => ask(page.mouse.move(x, y)),
    press: (key) => ask(page.keyboard.press(key as KeyInput)),
    show: () => ask(running.inTurn(() => page.bringToFront())),
    async close() {
      onClose();
      await ask(page.close());
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
