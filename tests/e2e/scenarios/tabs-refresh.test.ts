// Many tabs of one session whose refresh tokens rotate, at servers that end it at the first reuse.
import { describe, expect, vi } from 'vitest';
import { releaseHeld, scenario, type Tab } from './support.js';
import {
  beginRefresh,
  keepNextRefresh,
  type OneSession,
  openTabs,
  SERVERS,
  SOON,
  snapshots,
  told,
  until,
  untilAsked,
  untilWaiting,
  whoRefreshed,
} from './tabs.js';

const COUNTS = [2, 5, 10];

describe.each(SERVERS)('at %s', (at) => {
  scenario.for(COUNTS)(
    '%i tabs of one session make one refresh per token, and those that did not ask take it over',
    async (count, { open }) => {
      const { tabs, counts, call, releaseNext } = await openTabs(open, count, { at, options: SOON, hold: true });
      // Each answer waits until all tabs have taken over the token set before it, so that a slow one misses none.
      for (const generation of [2, 3]) {
        await releaseNext();
        await until(tabs, { generation });
      }
      expect(await Promise.all(tabs.map(call))).toEqual(tabs.map(() => 200));
      const each = { 'this-tab': 1, 'another-tab': count - 1 };
      expect(await whoRefreshed(tabs)).toEqual({ 2: each, 3: each });
      const { requests, generations, reuses } = counts();
      expect({ requests, reuses }).toEqual({ requests: generations, reuses: 0 });
    },
  );

  scenario(
    'five tabs that ask at the same moment are all answered, and none uses a refresh token again',
    async ({ open }) => {
      const { tabs, counts, releaseNext } = await openTabs(open, 5, { at, hold: true });
      const asked = await atOnce(tabs);
      await untilWaiting(tabs, 4);
      await releaseNext();
      expect(await asked()).toEqual(tabs.map(() => ({ value: expect.any(String) })));
      await until(tabs, { status: 'active', generation: 2, refresh: 'idle' });
      expect(counts()).toEqual({ requests: 1, generations: 1, reuses: 0 });
      expect(await whoRefreshed(tabs)).toEqual({ 2: { 'this-tab': 1, 'another-tab': 4 } });
    },
  );
});

/** A refresh in every tab, at one sign. Returns how to wait for what comes of them. */
async function atOnce(tabs: readonly Tab[]) {
  for (const tab of tabs)
    await tab.evaluate(() => {
      const asked = new Promise((resolve) => {
        new BroadcastChannel('now').onmessage = () => resolve(e2e.outcome(e2e.session.refresh()));
      });
      Object.assign(globalThis, { asked });
    });
  const [first] = tabs as [Tab];
  await first.evaluate(() => {
    new BroadcastChannel('now').postMessage('');
  });
  return () => Promise.all(tabs.map((tab) => tab.evaluate(() => (globalThis as unknown as { asked: unknown }).asked)));
}

describe('while a refresh is under way in one tab', () => {
  scenario('by cookie: tabs that race on one refresh token wait for it, and are not signed out', async ({ open }) => {
    const session = await openTabs(open, 5, { by: 'cookie' });
    const { server, tabs, counts } = session;
    keepNextRefresh(session, 'hold');
    await Promise.all(tabs.map(beginRefresh));
    await vi.waitUntil(() => server.stats().held === 1);
    await untilWaiting(tabs, 4);
    await releaseHeld(server);
    await until(tabs, { status: 'active', generation: 2, refresh: 'idle' });
    expect(counts()).toEqual({ requests: 1, generations: 1, reuses: 0 });
    expect(await whoRefreshed(tabs)).toEqual({ 2: { 'this-tab': 1, 'another-tab': 4 } });
  });

  scenario('a tab that is opened takes the session over from the others and asks for nothing', async ({ open }) => {
    const session = await openTabs(open, 3);
    const { server, tabs, join, counts, call } = session;
    keepNextRefresh(session, 'hold');
    await beginRefresh(tabs[0] as Tab);
    await untilAsked(session, 1);
    const late = await join();
    await until([late], { status: 'active', generation: 1 });
    expect(await call(late)).toBe(200);
    await releaseHeld(server);
    await until(tabs, { generation: 2 });
    expect(counts()).toEqual({ requests: 1, generations: 1, reuses: 0 });
  });
});

scenario.for(['cookie', 'oauth'] as const)(
  'by %s, a tab that is opened takes the session over from the others before it asks the server',
  async (by, { open }) => {
    const { server, tabs, join, counts, call } = await openTabs(open, 2, { by });
    const tab = await join();
    expect(await snapshots([tab])).toMatchObject([{ status: 'active', generation: 1 }]);
    expect(await call(tab)).toBe(200);
    expect(counts().requests).toBe(0);
    // Not by having a copy alone: it goes on with what the others have.
    await beginRefresh(tab);
    await until(tabs, { generation: 2 });
    expect(await whoRefreshed(tabs)).toEqual({ 2: { 'this-tab': 1, 'another-tab': 2 } });
    expect(server.stats().reuseDetected).toBe(0);
  },
);

scenario.for(['cookie', 'oauth'] as const)(
  'by %s, a 401 in all tabs at once makes one refresh, and each call is sent once more',
  async (by, { open }) => {
    const session = await openTabs(open, 5, { by });
    const { server, tabs, counts, call } = session;
    server.set({ faults: { api: { kind: '401', count: 5 } } });
    keepNextRefresh(session, 'hold');
    const calls = Promise.all(tabs.map(call));
    await vi.waitUntil(() => server.requests({ kind: 'api' }).length === 5);
    await untilWaiting(tabs, 4);
    await releaseHeld(server);
    expect(await calls).toEqual([200, 200, 200, 200, 200]);
    expect(counts()).toMatchObject({ requests: 1, reuses: 0 });
    expect(server.requests({ kind: 'api' })).toHaveLength(10);
  },
);

scenario(
  'a tab that is loaded again has its session back from the others, though the tokens lay in memory',
  async ({ open }) => {
    const { tabs, start, counts, call } = await openTabs(open, 2);
    const [tab] = tabs as [Tab];
    for (let reloads = 0; reloads < 3; reloads++) {
      await tab.reload();
      await start(tab);
      expect(await call(tab)).toBe(200);
    }
    expect(counts().requests).toBe(0);
  },
);

describe('all tabs are loaded again at once', () => {
  const reload = async (session: OneSession) => {
    await Promise.all(session.tabs.map((tab) => tab.reload()));
    await Promise.all(session.tabs.map(session.start));
    await until(session.tabs, { status: 'active' });
    expect(await Promise.all(session.tabs.map(session.call))).toEqual([200, 200, 200, 200, 200]);
  };

  scenario('by cookie: one of them asks the server, and the session goes on', async ({ open }) => {
    const session = await openTabs(open, 5, { by: 'cookie' });
    await reload(session);
    expect(session.counts()).toMatchObject({ requests: 1, reuses: 0 });
  });

  scenario.for(['session', 'local', 'own'] as const)(
    'by rotating tokens in storage: %s, none asks, and the next refresh is no reuse',
    async (storage, { open }) => {
      const session = await openTabs(open, 5, { options: { storage } });
      const { tabs, counts } = session;
      await beginRefresh(tabs[1] as Tab);
      await until(tabs, { generation: 2 });
      await reload(session);
      expect(counts()).toMatchObject({ requests: 1, reuses: 0 });
      await Promise.all(tabs.map(beginRefresh));
      await until(tabs, { refresh: 'idle' });
      await vi.waitUntil(async () => (await told(tabs, 'refreshed')).every((told) => told.length > 0));
      const { requests, generations, reuses } = counts();
      expect({ requests, reuses }).toEqual({ requests: generations, reuses: 0 });
    },
  );
});
