// The tab that refreshes is lost: closed, sent away, frozen, or its request hangs.
import { describe, expect } from 'vitest';
import { type Open, releaseHeld, scenario, type Tab } from './support.js';
import {
  beginRefresh,
  keepNextRefresh,
  openTabs,
  pass,
  passUntil,
  told,
  until,
  untilAsked,
  untilWaiting,
} from './tabs.js';

const SECOND = 1_000;

/** Where a refresh token that was used may be used again, it may be so for longer than the others wait. */
const FORGIVING = { reuseInterval: 3600 };

/** In its last ten seconds before it is due, which it is at half of its life. */
const SOON_DUE = 290 * SECOND;

/** Five tabs whose second token is soon due; the server keeps the refresh of the first tab. Counts are from there on. */
async function openRefreshing(open: Open, kind: 'hold' | 'hang', settings: Record<string, unknown> = {}) {
  const session = await openTabs(open, 5, { clock: true, settings, options: { refreshTimeout: '10s' } });
  const [refreshing, ...others] = session.tabs as [Tab, ...Tab[]];
  // A token of the same second would be no later one.
  await pass(session.tabs, 2 * SECOND);
  await beginRefresh(refreshing);
  await until(session.tabs, { generation: 2 });
  await pass(session.tabs, SOON_DUE);
  keepNextRefresh(session, kind);
  await beginRefresh(refreshing);
  await untilAsked(session, 2);
  const counts = () => {
    const { requests, generations, reuses } = session.counts();
    return { requests: requests - 1, generations: generations - 1, reuses };
  };
  return { ...session, counts, refreshing, others };
}

const passUntilDue = (tabs: readonly Tab[], wanted: Parameters<typeof passUntil>[1]) =>
  passUntil(tabs, wanted, 5 * SECOND);

/** Lets time pass while the first tab is frozen: the others wait for it until their token ends, and one takes its place. */
async function passUntilTakenOver({ refreshing, others, counts }: Awaited<ReturnType<typeof openRefreshing>>) {
  const now = () => (others[0] as Tab).evaluate(() => clock.now());
  const frozenAt = await now();
  await pass(others, 300 * SECOND);
  await until(others, { status: 'active', generation: 2 });
  expect(counts().requests).toBe(1);
  await passUntilDue(others, { status: 'active', generation: 3 });
  const frozenFor = (await now()) - frozenAt;
  await refreshing.evaluate((ms) => clock.skip(ms), frozenFor);
  await refreshing.resume();
}

const WAYS = [
  ['is closed', (tab: Tab) => tab.close(), []],
  ['goes to another page', (tab: Tab) => tab.goto('about:blank'), []],
  ['is killed', (tab: Tab) => tab.kill(), ['kill']],
] as const;

describe.each(WAYS)('the tab that refreshes %s', (_, lose, needs) => {
  scenario(
    'before the server has looked at its request: another one refreshes, and all go on',
    { needs },
    async ({ open }) => {
      const { refreshing, others, counts, call } = await openRefreshing(open, 'hang');
      await lose(refreshing);
      await passUntilDue(others, { status: 'active', generation: 3 });
      expect(await Promise.all(others.map(call))).toEqual([200, 200, 200, 200]);
      const { requests, generations, reuses } = counts();
      // One request came to nothing.
      expect({ requests, reuses }).toEqual({ requests: generations + 1, reuses: 0 });
      expect(await told(others, 'ended')).toEqual([[], [], [], []]);
    },
  );

  scenario(
    'after the server has used its refresh token up: where a reuse is forgiven, all go on',
    { needs },
    async ({ open }) => {
      const { refreshing, others, counts, call } = await openRefreshing(open, 'hold', FORGIVING);
      await lose(refreshing);
      await passUntilDue(others, { status: 'active', generation: 3 });
      expect(await Promise.all(others.map(call))).toEqual([200, 200, 200, 200]);
      expect(counts().reuses).toBe(0);
      expect(await told(others, 'ended')).toEqual([[], [], [], []]);
    },
  );

  scenario(
    'after the server has used its refresh token up: where it forgives nothing, the session ends in all, by one request',
    { needs },
    async ({ open }) => {
      const { refreshing, others, counts } = await openRefreshing(open, 'hold');
      await lose(refreshing);
      await passUntilDue(others, { status: 'ended', reason: 'refresh-rejected' });
      expect(counts()).toMatchObject({ requests: 2, generations: 1, reuses: 1 });
      const once = [{ type: 'ended', reason: 'refresh-rejected' }];
      expect(await told(others, 'ended')).toEqual([once, once, once, once]);
    },
  );
});

scenario('the tab that refreshes is reloaded: its next page refreshes at once', async ({ open }) => {
  const session = await openTabs(open, 1, { by: 'cookie' });
  const { server, tabs } = session;
  const [tab] = tabs as [Tab];
  keepNextRefresh(session, 'hang');
  await beginRefresh(tab);
  await untilAsked(session, 1);
  await tab.reload();
  expect(await tab.evaluate(() => e2e.start('cookie').then(({ snapshot }) => snapshot))).toMatchObject({
    status: 'active',
    generation: 2,
  });
  expect(server.requests({ kind: 'refresh' }).slice(-2)).toMatchObject([{ fault: 'hang' }, { outcome: 'accepted' }]);
});

describe('the tab that refreshes is frozen', () => {
  scenario(
    'before the server has looked at its request: the others wait as long as it may take, then one of them refreshes',
    { needs: ['freeze', 'hide'] },
    async ({ open }) => {
      const session = await openRefreshing(open, 'hang');
      const { refreshing, others, tabs, counts, call } = session;
      await (others[0] as Tab).show();
      await refreshing.freeze();
      await passUntilTakenOver(session);
      const { requests, generations, reuses } = counts();
      expect({ requests, reuses }).toEqual({ requests: generations + 1, reuses: 0 });
      await passUntil(tabs, { status: 'active', generation: 3 });
      expect(await Promise.all(tabs.map(call))).toEqual([200, 200, 200, 200, 200]);
      expect(counts().reuses).toBe(0);
    },
  );

  scenario(
    'and its answer comes meanwhile: where a reuse is forgiven, all go on with one session',
    { needs: ['freeze', 'hide'] },
    async ({ open }) => {
      const session = await openRefreshing(open, 'hold', FORGIVING);
      const { server, refreshing, others, tabs, counts, call } = session;
      await (others[0] as Tab).show();
      await refreshing.freeze();
      await releaseHeld(server);
      await passUntilTakenOver(session);
      await passUntil(tabs, { status: 'active', refresh: 'idle' });
      expect(await Promise.all(tabs.map(call))).toEqual([200, 200, 200, 200, 200]);
      expect(counts().reuses).toBe(0);
      expect((await told(tabs, 'ended')).flat()).toEqual([]);
    },
  );
});

scenario(
  'a frozen tab that holds the session does not keep the others from refreshing, and takes over what they have',
  { needs: ['freeze', 'hide'] },
  async ({ open }) => {
    const { tabs, counts, call } = await openTabs(open, 3, { clock: true });
    const [frozen, ...others] = tabs as [Tab, ...Tab[]];
    const now = () => (others[0] as Tab).evaluate(() => clock.now());
    const frozenAt = await now();
    await frozen.freeze();
    for (const generation of [2, 3]) {
      await pass(others, SOON_DUE);
      await passUntilDue(others, { generation });
    }
    await frozen.evaluate((ms) => clock.skip(ms), (await now()) - frozenAt);
    await frozen.resume();
    expect(await call(frozen)).toBe(200);
    await until(tabs, { generation: 3 });
    const { requests, generations, reuses } = counts();
    expect({ requests, reuses }).toEqual({ requests: generations, reuses: 0 });
  },
);

describe('the request of the tab that refreshes hangs', () => {
  scenario(
    'the others hang no longer than it may take, and their calls go on with the token in hand',
    async ({ open }) => {
      const { others, tabs, counts, call } = await openRefreshing(open, 'hang');
      await Promise.all(others.map(beginRefresh));
      await untilWaiting(others, 4);
      expect(await Promise.all(others.map(call))).toEqual([200, 200, 200, 200]);
      await passUntilDue(tabs, { status: 'active', generation: 3 });
      const { requests, generations, reuses } = counts();
      expect({ requests, reuses }).toEqual({ requests: generations + 1, reuses: 0 });
    },
  );

  scenario('a tab that waits gives up no sooner than the one it waits for', async ({ open }) => {
    const session = await openTabs(open, 3, { clock: true, options: { refreshTimeout: '10s' } });
    const { server, tabs, counts } = session;
    const [refreshing, ...others] = tabs as [Tab, ...Tab[]];
    keepNextRefresh(session, 'hold');
    await beginRefresh(refreshing);
    await untilAsked(session, 1);
    const asked = others.map((tab) => tab.evaluate(() => e2e.outcome(e2e.session.refresh())));
    await untilWaiting(others, 2);
    // The request may take 30 s; callers wait for 10.
    for (let second = 0; second < 25; second++) await pass(tabs, SECOND);
    expect(await Promise.all(asked)).toMatchObject([
      { code: 'ERR_TOKEN_UNAVAILABLE' },
      { code: 'ERR_TOKEN_UNAVAILABLE' },
    ]);
    expect(counts().requests).toBe(1);
    await releaseHeld(server);
    await passUntil(tabs, { generation: 2, refresh: 'idle' });
    expect(counts()).toEqual({ requests: 1, generations: 1, reuses: 0 });
  });
});

scenario('a page that leaves within its transaction of the record keeps nobody from it', async ({ open }) => {
  const { server, tabs, counts } = await openTabs(open, 2);
  const [leaving, other] = tabs as [Tab, Tab];
  const leaveWhenItReads = (url: string) => {
    const { get } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.get = function (key) {
      location.assign(url);
      // One read after the other until the page has left; and none of them is the page's own.
      const readOn = () => Object.assign(get.call(this, key), { onsuccess: readOn });
      readOn();
      return {} as IDBRequest;
    };
    e2e.session.refresh().catch(() => {});
  };
  // The page may be gone before it has answered.
  await leaving.leave(() => leaving.evaluate(leaveWhenItReads, `${server.url}/e2e/?elsewhere`).catch(() => {}));
  expect(await recordsSeenBy(other)).toBe(1);
  await beginRefresh(other);
  await until([other], { generation: 2 });
  expect(counts()).toMatchObject({ requests: 1, reuses: 0 });
});

scenario(
  'a page that is frozen within its transaction of the record keeps nobody from it, and begins it anew',
  { needs: ['freeze', 'hide'] },
  async ({ open }) => {
    const { tabs, counts } = await openTabs(open, 2);
    const [frozen, other] = tabs as [Tab, Tab];
    await other.show();
    await frozen.evaluate(() => {
      const { get } = IDBObjectStore.prototype;
      const begun = new Promise<void>((resolve) => {
        IDBObjectStore.prototype.get = function (key) {
          IDBObjectStore.prototype.get = get;
          resolve();
          // One read after the other, for ever; and none of them is the page's own.
          const readOn = () => Object.assign(get.call(this, key), { onsuccess: readOn });
          readOn();
          return {} as IDBRequest;
        };
      });
      e2e.session.refresh().catch(() => {});
      return begun;
    });
    await frozen.freeze();
    expect(await recordsSeenBy(other)).toBe(1);
    await frozen.resume();
    await until(tabs, { generation: 2, refresh: 'idle' });
    expect(counts()).toMatchObject({ requests: 1, reuses: 0 });
  },
);

/** It waits for whoever is in a transaction. */
const recordsSeenBy = (tab: Tab) =>
  tab.evaluate(async () => {
    const whenDone = (request: IDBRequest) =>
      new Promise((resolve, reject) => Object.assign(request, { onsuccess: resolve, onerror: reject }));
    const opening = indexedDB.open('evertoken');
    await whenDone(opening);
    const counting = opening.result.transaction('records', 'readwrite').objectStore('records').count();
    await whenDone(counting);
    opening.result.close();
    return counting.result;
  });
