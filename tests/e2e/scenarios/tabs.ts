// Tabs of one session, and what their server counts.
import { expect, vi } from 'vitest';
import type { Snapshot } from '../../../js/types.js';
import { startOidc } from '../oidc.js';
import type { By, Open, Tab } from './support.js';

export const SERVERS = ['the demo’s server', 'oidc-provider'] as const;

interface How {
  at?: (typeof SERVERS)[number];
  by?: By;
  /** Of the access tokens, in seconds. */
  lifetime?: number;
  /** Of the demo's server. */
  settings?: Record<string, unknown>;
  /** Of each tab's session. */
  options?: object;
  clock?: boolean;
  /** Whether the server keeps the answers of refreshes back, once it has carried them out: each until `releaseNext()`. */
  hold?: boolean;
}

/** A token of ten minutes is due a second or two after it was received, and a slow machine has the rest of them. */
export const SOON = { checkInterval: '1s', refreshWindow: '599s', adaptiveWindow: false };

export type OneSession = Awaited<ReturnType<typeof openTabs>>;

/** Opens so many tabs, signs in in the first one, and starts the others, which take the session over from it. */
export async function openTabs(
  open: Open,
  count: number,
  { at = SERVERS[0], by = 'oauth', lifetime = 600, settings, options, clock = false, hold = false }: How = {},
) {
  const oidc = at === 'oidc-provider' ? await startOidc(lifetime) : undefined;
  const faults = hold ? { refresh: 'hold' } : {};
  const { server, profile, tab, openTab } = await open({
    clock,
    settings: { tokenLifetime: lifetime, faults, ...settings },
    connectTo: oidc ? [oidc.url] : [],
  });
  // However long a slow machine takes while an answer is kept back.
  const all = {
    refreshTimeout: '10m',
    ...(oidc && { refresh: oidc.refresh, allowedOrigins: [oidc.url] }),
    ...options,
  };
  const start = (tab: Tab) => tab.evaluate((by, options) => e2e.start(by, options).then(() => {}), by, all);
  const signIn = async (tab: Tab, login = 'ada') =>
    tab.evaluate(
      async (by, login, tokens) => e2e.session.setTokens(tokens ?? (await e2e.tokens(by, login, 'demo'))),
      by,
      login,
      await oidc?.signIn(login),
    );
  /** Another tab of the session, in front. */
  const join = async () => {
    const tab = await openTab();
    await start(tab);
    return tab;
  };
  const counted = () => {
    if (oidc) return oidc.counts;
    const { refreshes, reuseDetected } = server.stats();
    const requests = server.requests({ kind: 'refresh' }).length;
    return { requests, generations: refreshes[by].accepted, reuses: reuseDetected };
  };
  await start(tab);
  // By cookie a page asks at its start, when nobody is signed in yet.
  const before = counted().requests;
  const api = oidc?.userInfo ?? '/api/me';
  await signIn(tab);
  if (hold) oidc?.hold();
  while (profile.tabs.length < count) await join();
  await until(profile.tabs, { status: 'active', generation: 1 });
  return {
    server,
    profile,
    /** Those that are open, oldest first. */
    tabs: profile.tabs,
    start,
    signIn,
    join,
    /** Where a bearer is wanted. */
    api,
    oidc,
    /** Lets the answer of the refresh go that the server keeps back, or of the next one. */
    releaseNext: () => vi.waitUntil(() => (oidc ?? server).release() > 0),
    /** Since the sign-in: refreshes asked for, answered by new tokens, and refresh tokens that came again. */
    counts() {
      const { requests, generations, reuses } = counted();
      return { requests: requests - before, generations, reuses };
    },
    /** The status of an API call with the session's token. */
    call: (tab: Tab) => tab.evaluate((url) => e2e.session.fetch(url).then(({ status }) => status), api),
  };
}

export const snapshots = (tabs: readonly Tab[]): Promise<Snapshot[]> =>
  Promise.all(tabs.map((tab) => tab.evaluate(() => e2e.session.snapshot)));

/** Waits until the snapshots of all these tabs say so, or a higher generation. */
export const until = (tabs: readonly Tab[], wanted: Partial<Snapshot>) =>
  // No `expect.poll`: it knows no test where some run side by side.
  vi.waitFor(
    async () =>
      expect((await snapshots(tabs)).map((snapshot) => lookFor(wanted, snapshot))).toEqual(tabs.map(() => wanted)),
    { interval: 100 },
  );

function lookFor(wanted: Partial<Snapshot>, snapshot: Snapshot) {
  const found = Object.keys(wanted).map((name) => [name, snapshot[name as keyof Snapshot]]);
  const { generation = Number.POSITIVE_INFINITY } = wanted;
  return {
    ...Object.fromEntries(found),
    ...(snapshot.generation >= generation && { generation }),
  } as Partial<Snapshot>;
}

/** Lets time pass in all these tabs, each by its own clock. */
export const pass = (tabs: readonly Tab[], ms: number) =>
  Promise.all(tabs.map((tab) => tab.evaluate((ms) => clock.run(ms), ms)));

/** The same by small steps until their snapshots say so: what tabs say to each other takes real time. */
export const passUntil = (tabs: readonly Tab[], wanted: Partial<Snapshot>, step = 100) =>
  expect
    .poll(
      async () => {
        await pass(tabs, step);
        return (await snapshots(tabs)).map((snapshot) => lookFor(wanted, snapshot));
      },
      { interval: 50 },
    )
    .toEqual(tabs.map(() => wanted));

/** What each tab has told of a kind, oldest first. */
export const told = (tabs: readonly Tab[], type: string) =>
  Promise.all(tabs.map((tab) => tab.evaluate((type) => e2e.events.filter((event) => event.type === type), type)));

/** Who refreshed, by generation: how many tabs say that it was they, and how many that they took it over. */
export async function whoRefreshed(tabs: readonly Tab[]) {
  const who: Record<number, { 'this-tab': number; 'another-tab': number }> = {};
  for (const { generation, by } of (await told(tabs, 'refreshed')).flat()) {
    who[generation as number] ??= { 'this-tab': 0, 'another-tab': 0 };
    const tabs = who[generation as number] as { 'this-tab': number; 'another-tab': number };
    tabs[by as keyof typeof tabs] += 1;
  }
  return who;
}

/** Lets the next refresh wait in the server, which has carried it out (`hold`) or will never look at it (`hang`). */
export const keepNextRefresh = ({ server }: Pick<OneSession, 'server'>, kind: 'hold' | 'hang') =>
  server.set({ faults: { refresh: { kind, count: 1 } } });

/** Asks for a refresh in a tab, without waiting for it. */
export const beginRefresh = (tab: Tab) => tab.evaluate(() => void e2e.session.refresh().catch(() => {}));

/** Waits until so many refreshes have come to the server since the sign-in. */
export const untilAsked = ({ counts }: Pick<OneSession, 'counts'>, requests: number) =>
  vi.waitUntil(() => counts().requests >= requests, { interval: 10 });

/** Waits until so many tabs wait for the one that refreshes. */
export const untilWaiting = ([tab]: readonly Tab[], count: number) =>
  expect.poll(() => (tab as Tab).evaluate(async () => (await navigator.locks.query()).pending?.length)).toBe(count);

/** What a tab hands out now, by each of its two ways. */
export const handedOut = (tab: Tab) =>
  tab.evaluate(async () => [
    typeof e2e.session.accessToken,
    (await e2e.outcome(e2e.session.getAccessToken())).reason ?? 'a token',
  ]);
