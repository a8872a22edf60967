import { execFileSync } from 'node:child_process';
import { vi } from 'vitest';
import { PATIENCE } from '../patience.js';
import type { Profile, Tab } from './engine.js';
import { CLEARING_PATH } from './gate.js';
import { setNetwork } from './network.js';
import { answerOf, arrivedExpression, expressionOf, leave } from './script.js';
import type { Seat } from './seat.js';
import { mouseAt, pressed, type WebDriver } from './webdriver.js';

export const NO_FREEZE = 'WebKitGTK freezes no tabs';
export const NO_KILL = 'WebDriver has no command that ends the process of a tab';

/** Tabs of a browser that other profiles used before. It keeps nothing of theirs: see {@link WebKitProfile.close}. */
export class WebKitProfile implements Profile {
  readonly tabs: WebKitTab[] = [];
  readonly driver: WebDriver;
  readonly #seat: Seat;
  readonly #leave: () => Promise<void>;
  /** A window in which there is no tab of the scenario's. */
  #spare: string | undefined;
  #isOffline = false;

  /** Calls `leave` when the seat is free, and as clean as it was. */
  constructor(seat: Seat, leave: () => Promise<void>) {
    this.driver = seat.driver;
    this.#seat = seat;
    this.#leave = leave;
    this.#spare = seat.window;
  }

  async newTab(): Promise<Tab> {
    const tab = new WebKitTab(this, this.#spare ?? (await this.driver.newTab()));
    this.#spare = undefined;
    this.tabs.push(tab);
    await tab.show();
    return tab;
  }

  async closeTab(tab: WebKitTab) {
    this.tabs.splice(this.tabs.indexOf(tab), 1);
    // With its last window a session ends.
    if (this.tabs.length === 0) this.#spare = await this.driver.newTab();
    await this.driver.close(tab.window);
  }

  /** Lets the window's next tab come to the front: no command does it, but a key of the browser's own does. */
  async turn() {
    const front = await this.#visible();
    execFileSync('xdotool', ['key', 'ctrl+Next'], { env: { ...process.env, DISPLAY: this.#seat.display } });
    await vi
      .waitUntil(async () => (await this.#visible()) !== front, { timeout: PATIENCE, interval: 10 })
      .catch((error) => {
        throw this.lost ? error : new Error(`no other tab came to the front within ${PATIENCE / 1_000} s`);
      });
  }

  async #visible(): Promise<Tab | undefined> {
    for (const tab of this.tabs) if (await tab.isVisible()) return tab;
    return undefined;
  }

  setOffline(isOffline: boolean) {
    this.#isOffline = isOffline;
    this.#seat.gate.shut(isOffline);
    setNetwork(!isOffline);
  }

  get lost() {
    return this.driver.lost;
  }

  async close() {
    if (this.#isOffline) this.setOffline(false);
    if (this.lost) return this.#seat.stop();
    try {
      await this.#clear();
    } catch (error) {
      await this.#seat.stop();
      throw error;
    }
    await this.#leave();
  }

  async #clear() {
    while (this.tabs.length > 1) await (this.tabs[1] as WebKitTab).close();
    const tab = this.tabs[0] ?? new WebKitTab(this, this.#spare as string);
    for (const origin of this.#seat.gate.takeOrigins()) await tab.goto(origin + CLEARING_PATH);
    await tab.goto('about:blank');
    // A mouse that is there already makes no event when it is moved there.
    await tab.moveMouse(0, 0);
    this.#seat.window = tab.window;
  }
}

class WebKitTab implements Tab {
  readonly window: string;
  readonly #profile: WebKitProfile;

  constructor(profile: WebKitProfile, window: string) {
    this.#profile = profile;
    this.window = window;
  }

  async evaluate<Args extends unknown[], Result>(
    run: (...args: Args) => Result,
    ...args: Args
  ): Promise<Awaited<Result>> {
    const answer = await this.#profile.driver.evaluate(this.window, expressionOf(run, args));
    return answerOf(answer) as Awaited<Result>;
  }

  goto = (url: string) => this.leave(() => this.#command('/url', { url }));
  reload = () => this.leave(() => this.#command('/refresh'));
  // The page may be gone before it has answered.
  back = () => this.leave(() => this.#look('void history.back()').catch(() => {}));
  moveMouse = (x: number, y: number) => this.#command('/actions', { actions: [mouseAt(x, y)] });
  press = (key: string) => this.#command('/actions', { actions: [pressed(key)] });

  isVisible = () => this.evaluate(() => document.visibilityState === 'visible');

  async show() {
    while (!(await this.isVisible())) await this.#profile.turn();
  }

  close = () => this.#profile.closeTab(this);
  kill = () => Promise.reject(new Error(NO_KILL));
  freeze = () => Promise.reject(new Error(NO_FREEZE));
  resume = () => Promise.reject(new Error(NO_FREEZE));

  /** All tabs of the profile lose it. */
  async setOffline(isOffline: boolean) {
    this.#profile.setOffline(isOffline);
    // It looks again two seconds after the machine's network has changed.
    const follows = () => this.evaluate((isOffline) => navigator.onLine !== isOffline, isOffline);
    await vi.waitUntil(follows, { timeout: PATIENCE });
  }

  leave = (go: () => Promise<unknown>): Promise<void> => leave(this, go, (mark) => this.#look(arrivedExpression(mark)));
  #look = (expression: string) => this.#profile.driver.look(this.window, expression);

  #command = async (path: string, body?: object) => {
    await this.#profile.driver.in(this.window, path, body);
  };
}
