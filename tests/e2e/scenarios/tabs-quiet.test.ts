// What tabs of one session cost, and what is left where it is turned off or something is missing.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { describe, expect, inject, onTestFinished, vi } from 'vitest';
import type { Counts } from '../page/globals.js';
import { type Open, scenario, type Tab } from './support.js';
import { beginRefresh, openTabs, pass, snapshots, told, until } from './tabs.js';

const MINUTE = 60_000;

const countsOf = (tabs: readonly Tab[]): Promise<Counts[]> =>
  Promise.all(tabs.map((tab) => tab.evaluate(() => counts)));

/** What all tabs together have cost while something was done. */
async function costOf(tabs: readonly Tab[], act: () => Promise<unknown>): Promise<Counts> {
  const before = await countsOf(tabs);
  await act();
  const after = await countsOf(tabs);
  const sum = (kind: keyof Counts) =>
    after.reduce((total, counts, index) => total + counts[kind] - (before[index] as Counts)[kind], 0);
  return { messages: sum('messages'), locks: sum('locks'), transactions: sum('transactions'), wakeUps: sum('wakeUps') };
}

describe('ten tabs of one session', () => {
  const TEN = { clock: true, lifetime: 86_400, options: { checkInterval: '1h' } };

  scenario('cost nothing while nothing happens: no message, no lock, no transaction, no wake-up', async ({ open }) => {
    const { tabs } = await openTabs(open, 10, TEN);
    // What the start has set going.
    await pass(tabs, MINUTE);
    const cost = await costOf(tabs, () => pass(tabs, 10 * MINUTE));
    expect(cost).toEqual({ messages: 0, locks: 0, transactions: 0, wakeUps: 0 });
  });

  scenario('wake up once a check interval each, and ask nobody for it', async ({ open }) => {
    const { tabs } = await openTabs(open, 10, { ...TEN, options: {} });
    await pass(tabs, MINUTE);
    const cost = await costOf(tabs, () => pass(tabs, 10 * MINUTE));
    expect(cost).toMatchObject({ messages: 0, locks: 0, transactions: 0 });
    expect(cost.wakeUps).toBeLessThanOrEqual(100);
  });

  scenario('share activity only where an idle limit needs it, and then every few seconds at most', async ({ open }) => {
    const act = (tabs: readonly Tab[]) =>
      costOf(tabs, async () => {
        for (let second = 0; second < 60; second++) {
          await (tabs[0] as Tab).evaluate(() => e2e.session.recordActivity());
          await pass(tabs.slice(0, 1), 1_000);
        }
      });
    const { tabs } = await openTabs(open, 2, TEN);
    expect(await act(tabs)).toMatchObject({ messages: 0, locks: 0, transactions: 0 });
    const limited = await openTabs(open, 2, { ...TEN, options: { idleTimeout: '15m' } });
    const { messages } = await act(limited.tabs);
    expect(messages).toBeGreaterThan(0);
    expect(messages).toBeLessThanOrEqual(30);
  });

  scenario('say one thing at a refresh, each taking the lock once at most', async ({ open }) => {
    const { tabs } = await openTabs(open, 10, TEN);
    await pass(tabs, MINUTE);
    const cost = await costOf(tabs, async () => {
      await beginRefresh(tabs[4] as Tab);
      await until(tabs, { generation: 2 });
    });
    expect(cost.messages).toBe(1);
    expect(cost.locks).toBe(1);
  });
});

scenario('a page with a session is still fit for the back/forward cache', { needs: ['bfcache'] }, async ({ open }) => {
  const { server, tabs, counts, call } = await openTabs(open, 2);
  const [away, other] = tabs as [Tab, Tab];
  await away.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { persisted }));
  });
  await away.goto(`${server.url}/e2e/?elsewhere`);
  await beginRefresh(other);
  await until([other], { generation: 2 });
  await away.back();
  expect(await away.evaluate(() => (globalThis as { persisted?: boolean }).persisted)).toBe(true);
  // It has heard nothing meanwhile, and catches up before it would ask the server.
  expect(await call(away)).toBe(200);
  await beginRefresh(away);
  await until([away], { status: 'active', generation: 2 });
  expect(counts().requests).toBe(1);
  await beginRefresh(away);
  await until(tabs, { generation: 3 });
  expect(counts()).toMatchObject({ requests: 2, generations: 2, reuses: 0 });
});

describe('with tabs: false', () => {
  const opened = async (open: Open) => {
    const session = await openTabs(open, 1, { options: { tabs: false } });
    const second = await session.join();
    return { ...session, second, first: session.tabs[0] as Tab };
  };

  scenario('each tab has a session of its own, and no lock, channel or record is asked for', async ({ open }) => {
    const { first, second, signIn, tabs, server } = await opened(open);
    expect(await snapshots([second])).toMatchObject([{ status: 'ended', reason: 'signed-out' }]);
    await signIn(second, 'bob');
    await Promise.all([first, second].map((tab) => tab.evaluate(() => e2e.session.refresh().then(() => {}))));
    await first.evaluate(() => e2e.session.signOut());
    expect(await snapshots(tabs)).toMatchObject([
      { status: 'ended', reason: 'signed-out' },
      { status: 'active', generation: 2 },
    ]);
    expect(await countsOf(tabs)).toMatchObject([
      { messages: 0, locks: 0 },
      { messages: 0, locks: 0 },
    ]);
    expect(server.stats()).toMatchObject({ reuseDetected: 0, sessions: 1 });
  });
});

describe('where something is missing', () => {
  scenario.for([
    ['locks', (): void => void Object.defineProperty(navigator, 'locks', { value: undefined })],
    ['channel', (): void => void Object.defineProperty(globalThis, 'BroadcastChannel', { value: undefined })],
    ['indexedDB', (): void => void Object.defineProperty(globalThis, 'indexedDB', { value: undefined })],
  ] as const)('%s: it is said once, and the session works as well as it can', async ([missing, take], { open }) => {
    const { tab, server } = await open();
    await tab.evaluate(take);
    await tab.evaluate(() =>
      e2e
        .signIn('oauth')
        .then((session) => session.refresh())
        .then(() => {}),
    );
    expect(await tab.evaluate(() => e2e.session.fetch('/api/me').then(({ status }) => status))).toBe(200);
    expect(await tab.evaluate(() => e2e.session.snapshot)).toMatchObject({ status: 'active', generation: 2 });
    const degraded = () => told([tab], 'degraded');
    await vi.waitUntil(async () => (await degraded()).flat().length > 0);
    expect(await degraded()).toEqual([[{ type: 'degraded', missing }]]);
    expect(server.stats().reuseDetected).toBe(0);
  });

  scenario('in an opaque origin all that is missing is said once, and the session works', async ({ open }) => {
    const { tab } = await open();
    const { url } = await startSandbox();
    await tab.goto(url);
    const found = await tab.evaluate(async () => {
      const { evertoken } = globalThis as unknown as typeof e2e;
      let latest = 1;
      const refresh = async () => ({ accessToken: `token-${++latest}`, expiresIn: 3600 });
      const session = await evertoken.startRefreshLoop({
        refresh,
        tokens: { accessToken: 'token-1', expiresIn: 3600 },
      });
      const missing: string[] = [];
      session.on('degraded', (event) => missing.push(event.missing));
      const tokens = [await session.refresh(), await session.getAccessToken()];
      return { origin: globalThis.origin, tokens, missing, snapshot: session.snapshot };
    });
    expect(found).toMatchObject({ origin: 'null', snapshot: { status: 'active', generation: 2 } });
    expect(found.missing).toEqual(['indexedDB', 'locks']);
  });
});

/** A server whose pages have an opaque origin, and the package under `evertoken`. */
async function startSandbox() {
  const dist = join(inject('project'), 'node_modules/evertoken/dist');
  const server = createServer(async ({ url = '/' }, response) => {
    if (url.endsWith('.js')) {
      // A module of an opaque origin is one of another origin than the page.
      const headers = { 'access-control-allow-origin': '*', 'content-type': 'text/javascript' };
      return response.writeHead(200, headers).end(await readFile(join(dist, basename(url))));
    }
    const headers = { 'content-security-policy': 'sandbox allow-scripts', 'content-type': 'text/html' };
    const script = "import * as evertoken from '/index.js'; Object.assign(globalThis, { evertoken })";
    return response.writeHead(200, headers).end(`<!doctype html><script type="module">${script}</script>`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}
