// What a scenario may ask of a browser, whichever it is.

export type EngineName = 'chromium' | 'firefox' | 'webkit';

/** What a driver may not be able to produce; `run` is to be had at all. */
export type Power = 'run' | 'hide' | 'throttle' | 'bfcache' | 'offline' | 'freeze' | 'input' | 'kill';

export interface Engine {
  readonly name: EngineName;
  /** What cannot be produced here, and why, in a sentence. */
  readonly cannot: Partial<Record<Power, string>>;
  /** Throws {@link BrowserLost} where the browser does not start. */
  newProfile(): Promise<Profile>;
  /** Ends the browser and all that was started for it. */
  close(): Promise<void>;
}

/** Cookies, storage and databases of its own, as a person has who comes for the first time. */
export interface Profile {
  /** A blank tab, in front. */
  newTab(): Promise<Tab>;
  /** Those not closed yet, oldest first. */
  readonly tabs: readonly Tab[];
  /** Why its browser answers nothing any more; nothing while it does. */
  readonly lost: string | undefined;
  close(): Promise<void>;
}

export interface Tab {
  /** Runs a function in the page, and waits for its promise. Arguments and result go as JSON; it knows nothing of its scope. */
  evaluate<Args extends unknown[], Result>(run: (...args: Args) => Result, ...args: Args): Promise<Awaited<Result>>;
  /** Resolves when the page has loaded. */
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Resolves when the page before this one is there, loaded again or out of the back/forward cache. */
  back(): Promise<void>;
  /** Resolves when another page is there than the one that `go` makes leave. */
  leave(go: () => Promise<unknown>): Promise<void>;
  /** Trusted input, in CSS pixels from the top left. */
  moveMouse(x: number, y: number): Promise<void>;
  /** Trusted input: a key by its name, such as `Shift` or `a`. */
  press(key: string): Promise<void>;
  /** Brings it to the front, which hides the profile's other tabs. */
  show(): Promise<void>;
  close(): Promise<void>;
  /** As the system does with a process that takes too much: nothing of the page runs any more, and nobody tells it. */
  kill(): Promise<void>;
  /** As a browser does with a tab that was hidden for long: nothing runs in it until `resume()`. */
  freeze(): Promise<void>;
  resume(): Promise<void>;
  /** Takes the network away from the page as the browser itself does: `navigator.onLine`, its events, every request. */
  setOffline(offline: boolean): Promise<void>;
}

/** An engine that is not to be had here. */
export const absent = (name: EngineName, reason: string): Engine => ({
  name,
  cannot: { run: reason },
  newProfile: () => Promise.reject(new Error(reason)),
  close: async () => {},
});

/** The browser or its driver did not start, died, or answered nothing, not even for a blank page. It says nothing about the product. */
export class BrowserLost extends Error {
  override readonly name = 'BrowserLost';
  readonly reason: string;

  constructor(reason: string) {
    super(`browser lost: ${reason}`);
    this.reason = reason;
  }
}
