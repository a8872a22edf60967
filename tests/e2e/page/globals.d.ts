import type { EndReason, ErrorCode, Options, Session, Tokens } from '../../../js/types.js';

export type By = 'cookie' | 'oauth';

/** `storage` may be one that page/e2e.js makes: `own`. */
type Some = Partial<Omit<Options, 'storage'>> & { storage?: Options['storage'] | 'own' };

export interface Profiles {
  keycloak: typeof import('../../../js/servers/keycloak.js');
  oauth: typeof import('../../../js/servers/oauth.js');
  lightnap: typeof import('../../../js/servers/lightnap.js');
  'open-webui': typeof import('../../../js/servers/open-webui.js');
  'better-forms': typeof import('../../../js/servers/better-forms.js');
}

export interface Outcome {
  value?: unknown;
  name?: string;
  message?: string;
  code?: ErrorCode;
  option?: string;
  reason?: EndReason;
}

/** What the tests see of the package in a page: e2e.js puts it there. */
export interface E2e {
  readonly evertoken: typeof import('../../../js/index.js');
  session: Session;
  /** Of the session started last, oldest first. */
  events: ({ type: string } & Record<string, unknown>)[];
  /** The errors that nobody caught, in any page of the profile; a scenario that expects some empties it. */
  uncaught: string[];
  start(by: By, options?: Some): Promise<Session>;
  signIn(by: By, options?: Some): Promise<Session>;
  /** By the profile of a server and its settings. */
  startAt(server: keyof Profiles, settings: object, options?: object): Promise<Session>;
  profile<Server extends keyof Profiles>(server: Server): Promise<Profiles[Server]>;
  signInAt(server: keyof Profiles, settings: object, credentials: object): Promise<string | undefined>;
  follow(session: Session): Session;
  outcome(promise: Promise<unknown>): Promise<Outcome>;
  /** `alone`: there is no other tab whose answer is worth waiting for in real time. */
  startLoop(options: Options, how?: { alone?: boolean }): Promise<Session>;
  tokens(by: By, login: string, password: string): Promise<Tokens>;
}

/** A page's time, as a test drives it: clock.js puts it there when it is asked to. All times are in ms. */
export interface FakeClock {
  /**
   * Lets time pass, timer by timer, and waits for what each of them sent; not for an answer that the server's faults `hang`
   * and `hold` keep back. `throttle`: as in a throttled tab, timers fire at multiples of that only.
   */
  run(ms: number, how?: { throttle?: number }): Promise<void>;
  /** When what the page waits for by now has come, but for what needs time to pass. */
  settled(): Promise<void>;
  /** The machine sleeps: no timer fires. With `mono` the monotonic clock goes on, and what is overdue fires at the next run. */
  sleep(ms: number, how?: { mono?: boolean }): Promise<void>;
  /** The same with both clocks, at once: nothing of a frozen page could be waited for. */
  skip(ms: number): void;
  /** Waits in real time for what other tabs say, for so long at most. The page's time stands still. */
  wait(isThere: () => boolean, ms: number): Promise<void>;
  /** Sets the wall clock by so much; neither the server's nor the monotonic one. */
  setWall(ms: number): void;
  /** The true time, which the server's clock shows too. */
  now(): number;
  /** What `Date.now()` shows. */
  wall(): number;
  /** The delays of the timers that are set now. */
  pending(): number[];
  /** The delays of all timers so far. */
  readonly delays: number[];
}

/** What the page has done since it was loaded: counts.js puts it there. */
export interface Counts {
  /** Said on a BroadcastChannel. */
  messages: number;
  /** Locks asked for. */
  locks: number;
  /** Begun in IndexedDB. */
  transactions: number;
  /** Timers that fired. */
  wakeUps: number;
}

declare global {
  var e2e: E2e;
  var clock: FakeClock;
  var counts: Counts;
}
