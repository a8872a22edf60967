// A scenario is a test that every engine runs, each in a fresh profile with a demo server of its own.
import { setTimeout as sleep } from 'node:timers/promises';
import { test as base, expect, inject, type TaskMeta, type TestContext, type TestOptions } from 'vitest';
import type { DemoServer } from '../../../examples/demo/server/demo-server.mjs';
import { BrowserLost, type Engine, type EngineName, type Power, type Profile, type Tab } from '../engines/engine.js';
import { launch } from '../engines/launch.js';
import { startServer } from '../server.js';

export type { By } from '../page/globals.js';
export { refreshTimes, releaseHeld } from '../server.js';
export type { Profile, Tab };

declare module 'vitest' {
  interface ProvidedContext {
    engine: EngineName;
  }
  interface TaskMeta {
    /** What the engine's driver must be able to produce. */
    needs?: readonly Power[];
    /** Why the scenario was not run. */
    notPossible?: string;
    /** Why the scenario began anew with another browser. */
    replaced?: string;
    /** What was counted, by where. */
    numbers?: Record<string, Record<string, number>>;
  }
}

interface How {
  /** The server's settings. */
  settings?: Record<string, unknown>;
  /** Whether time passes only as the scenario says; the wall clock may be wrong from the beginning, by seconds. */
  clock?: boolean | { ahead: number };
  /** The page, below the server's URL. */
  path?: string;
  /** Origins that the page's policy lets it connect to besides its own. */
  connectTo?: readonly string[];
}

interface Opened {
  server: DemoServer;
  engine: Engine;
  profile: Profile;
  tab: Tab;
  /** Another tab of the profile on the same page, in front. */
  openTab(): Promise<Tab>;
}

export type Open = (how?: How) => Promise<Opened>;

/** What a scenario is a test of. */
export const scenarioTest = base
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are wanted
  .extend('engine', { scope: 'worker' }, async ({}, { onCleanup }) => {
    const engine = launch(inject('engine'));
    onCleanup(() => engine.close());
    return engine;
  })
  .extend('isPossible', { auto: true }, async ({ engine, task, skip }) => {
    for (const power of ['run', ...(task.meta.needs ?? [])] as const) {
      const reason = engine.cannot[power];
      if (reason === undefined) continue;
      task.meta.notPossible = reason;
      skip(`not possible: ${reason}`);
    }
    return true;
  })
  .extend('open', async ({ engine, task }, { onCleanup }): Promise<Open> => {
    const profiles: Profile[] = [];
    const servers: DemoServer[] = [];
    let lost: string | undefined;
    onCleanup(async () => {
      // Known before anything below fails: what failed with the browser in place is the scenario's own failure.
      lost ??= profiles.find(({ lost }) => lost)?.lost;
      if (task.result?.state === 'fail' && !lost) console.error(task.name, await stories(profiles, servers));
      const uncaught = await Promise.all(profiles.map(uncaughtIn));
      const closing = await Promise.allSettled([...profiles, ...servers].map((one) => one.close()));
      if (lost) beginAnew(task, lost);
      for (const one of closing) {
        if (one.status === 'fulfilled') continue;
        if (one.reason instanceof BrowserLost && task.result?.state !== 'fail') beginAnew(task, one.reason.reason);
        throw one.reason;
      }
      expect(uncaught.flat(), 'errors that nobody caught').toEqual([]);
    });
    return async ({ settings, clock, path = '/e2e/', connectTo } = {}) => {
      const server = await startServer(settings, connectTo);
      servers.push(server);
      const profile = await engine.newProfile().catch((error: Error) => {
        if (error instanceof BrowserLost) lost = error.reason;
        throw error;
      });
      profiles.push(profile);
      const openTab = async () => {
        const tab = await profile.newTab();
        await tab.goto(server.url + path + clockQuery(clock));
        return tab;
      };
      return { server, engine, profile, tab: await openTab(), openTab };
    };
  });

/** A test whose browser is lost says nothing about the product, and begins anew. It does so once: see {@link ONCE_MORE}. */
export function beginAnew(task: { meta: TaskMeta }, lost: string): never {
  task.meta.replaced = lost;
  throw new BrowserLost(lost);
}

/** Of a test. Its last error decides, which is a lost browser only by {@link beginAnew}: a failed expectation is never retried. */
export const ONCE_MORE = { count: 1, condition: /^browser lost: / };

const clockQuery = (clock: How['clock']) =>
  clock ? `?clock=${encodeURIComponent(JSON.stringify(clock === true ? {} : clock))}` : '';

/** What the tabs and the servers of a scenario that has failed can still tell. */
async function stories(profiles: Profile[], servers: DemoServer[]): Promise<string> {
  const told = profiles
    .flatMap(({ tabs }) => tabs)
    .map(async (tab) => {
      const silence = sleep(3_000, 'a tab that does not answer', { ref: false });
      return Promise.race([tab.evaluate(story).catch(String), silence]);
    });
  const tabs = await Promise.all(told);
  return JSON.stringify({ tabs, requests: servers.map((server) => server.requests()) }, undefined, 1);
}

const story = () => ({ snapshot: e2e.session?.snapshot, events: e2e.events, clock: globalThis.clock?.now() });

/** What any tab that can answer knows of them. */
async function uncaughtIn({ tabs }: Profile): Promise<string[]> {
  const answers = tabs.map((tab) => tab.evaluate(() => e2e.uncaught));
  return Promise.any(answers).catch(() => []);
}

type Run<Args extends unknown[]> = (...args: Args) => unknown;
type Context = TestContext & { open: Open; engine: Engine };
type Options = Omit<TestOptions, 'meta'> & {
  /** What the engine must be able to produce; where it cannot, the scenario is reported as not possible. */
  needs?: readonly Power[];
};

interface Declare<Args extends unknown[]> {
  (title: string, run: Run<Args>): void;
  (title: string, options: Options, run: Run<Args>): void;
}

interface Scenario<More> extends Declare<[Context & More]> {
  for<const Case>(cases: readonly Case[]): Declare<[Case, Context & More]>;
}

/** Scenarios that have more fixtures than those here. */
export const scenarioWith = <More>(test: Pick<typeof scenarioTest, 'for'>): Scenario<More> =>
  Object.assign(declareWith<[Context & More]>(test as never), {
    for: <const Case>(cases: readonly Case[]) => declareWith<[Case, Context & More]>(test.for(cases)),
  });

/** Declares a scenario, as `test` does a test; `scenario.for` as `test.for`. */
export const scenario = scenarioWith<unknown>(scenarioTest);

function declareWith<Args extends unknown[]>(
  declare: (title: string, options: TestOptions, run: never) => void,
): Declare<Args> {
  return (title: string, ...rest: [Run<Args>] | [Options, Run<Args>]) => {
    const [{ needs = [], ...options }, run] = rest.length === 1 ? [{}, rest[0]] : rest;
    declare(title, { retry: ONCE_MORE, ...options, meta: { needs } }, run as never);
  };
}
