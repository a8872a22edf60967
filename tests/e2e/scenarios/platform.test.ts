// What each engine's driver can produce of a browser's life: the other scenarios stand on it.
import { describe, expect, vi } from 'vitest';
import { scenario, type Tab } from './support.js';

const visibility = (tab: Tab) => tab.evaluate(() => document.visibilityState);

describe('a tab behind another', () => {
  scenario('is hidden until it is shown', { needs: ['hide'] }, async ({ open }) => {
    const { tab, openTab } = await open();
    expect(await visibility(tab)).toBe('visible');
    const other = await openTab();
    await vi.waitUntil(async () => (await visibility(tab)) === 'hidden');
    expect(await visibility(other)).toBe('visible');
    await tab.show();
    await vi.waitUntil(async () => (await visibility(other)) === 'hidden');
    expect(await visibility(tab)).toBe('visible');
  });

  scenario('has its timers once a second', { needs: ['hide', 'throttle'] }, async ({ open }) => {
    const { server, tab, openTab } = await open();
    const other = await openTab();
    await vi.waitUntil(async () => (await visibility(tab)) === 'hidden');
    // It tells by a request, since a question of the driver's keeps a page of WebKit awake.
    await tab.evaluate(() => {
      const passed: number[] = [];
      const tick = () => {
        passed.push(performance.now());
        const [third = 0, , , last = 0] = passed.slice(-4);
        if (last - third > 2_700) fetch('/api/me');
        else setTimeout(tick, 100);
      };
      tick();
    });
    await vi.waitUntil(() => server.requests({ kind: 'api' }).length === 1);
    // A slow machine may need several turns, but where timers come once a second there would never be one.
    await other.evaluate(async () => {
      const tick = () => new Promise<number>((resolve) => setTimeout(() => resolve(performance.now()), 100));
      for (let took = 900; took >= 900; ) {
        const from = await tick();
        await tick();
        await tick();
        took = (await tick()) - from;
      }
    });
  });
});

scenario('tabs may come to the front at the same time', async ({ open }) => {
  const { tab, openTab } = await open();
  const tabs = [tab, await openTab(), await openTab(), await openTab()];
  for (let round = 0; round < 3; round++) await Promise.all(tabs.map((tab) => tab.show()));
});

scenario('a page comes back from the back/forward cache', { needs: ['bfcache'] }, async ({ open, expect }) => {
  const { server, tab } = await open();
  await tab.evaluate(() => {
    addEventListener('pageshow', ({ persisted }) => Object.assign(globalThis, { persisted }));
  });
  await tab.goto(`${server.url}/e2e/?another`);
  await tab.back();
  expect(await tab.evaluate(() => (globalThis as { persisted?: boolean }).persisted)).toBe(true);
});

scenario('the network goes and comes', { needs: ['offline'] }, async ({ open }) => {
  const { server, tab } = await open();
  await tab.evaluate(() => {
    const heard: string[] = [];
    for (const type of ['offline', 'online']) addEventListener(type, () => heard.push(type));
    Object.assign(globalThis, { heard });
  });
  const heard = () => tab.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
  const network = () =>
    tab.evaluate(() =>
      fetch('/api/me').then(
        ({ status }) => [navigator.onLine, status],
        () => [navigator.onLine, 'no answer'],
      ),
    );
  expect(await network()).toEqual([true, 401]);
  await tab.setOffline(true);
  await vi.waitUntil(async () => (await heard()).length === 1);
  expect(await network()).toEqual([false, 'no answer']);
  await tab.setOffline(false);
  await vi.waitUntil(async () => (await heard()).length === 2);
  expect(await network()).toEqual([true, 401]);
  expect(await heard()).toEqual(['offline', 'online']);
  expect(server.requests()).toHaveLength(2);
});

scenario('a tab is frozen and goes on', { needs: ['freeze'] }, async ({ open }) => {
  const { tab, openTab } = await open();
  await tab.evaluate(() => {
    const heard: string[] = [];
    for (const type of ['freeze', 'resume']) document.addEventListener(type, () => heard.push(type));
    let ticks = 0;
    setInterval(() => {
      ticks += 1;
    }, 50);
    Object.assign(globalThis, { seen: () => ({ heard, ticks }) });
  });
  const seen = () =>
    tab.evaluate(() => (globalThis as unknown as { seen(): { heard: string[]; ticks: number } }).seen());
  const other = await openTab();
  await tab.freeze();
  const { ticks: frozenAt } = await seen();
  await other.evaluate(ticks, 5);
  expect(await seen()).toEqual({ heard: ['freeze'], ticks: frozenAt });
  await tab.resume();
  await vi.waitUntil(async () => (await seen()).ticks > frozenAt);
  expect((await seen()).heard).toEqual(['freeze', 'resume']);
});

scenario('input is trusted', { needs: ['input'] }, async ({ open }) => {
  const { tab } = await open();
  await tab.evaluate(() => {
    const heard: unknown[] = [];
    addEventListener('pointermove', ({ type, isTrusted, clientX, clientY }) =>
      heard.push([type, isTrusted, clientX, clientY]),
    );
    addEventListener('keydown', ({ type, isTrusted, key }) => heard.push([type, isTrusted, key]));
    Object.assign(globalThis, { heard });
  });
  await tab.moveMouse(30, 40);
  await tab.press('Shift');
  await tab.press('a');
  const heard = () => tab.evaluate(() => (globalThis as unknown as { heard: unknown[] }).heard);
  await vi.waitUntil(async () => (await heard()).length === 3);
  expect(await heard()).toEqual([
    ['pointermove', true, 30, 40],
    ['keydown', true, 'Shift'],
    ['keydown', true, 'a'],
  ]);
});

scenario('a profile shares nothing with another one, nor with one that was there before', async ({ open, engine }) => {
  const { server, tab } = await open();
  const url = `${server.url}/e2e/`;
  const other = await engine.newProfile();
  const theirs = await other.newTab();
  await theirs.goto(url);
  await Promise.all([tab, theirs].map((tab) => tab.evaluate(keepAll)));
  for (const one of [tab, theirs]) {
    const databases = expect.arrayContaining(['mine']);
    expect(await one.evaluate(kept)).toMatchObject({ cookie: true, stored: true, databases });
  }
  await other.close();
  const later = await engine.newProfile();
  const stranger = await later.newTab();
  await stranger.goto(url);
  expect(await stranger.evaluate(kept)).toEqual({ cookie: false, stored: false, databases: [] });
  expect(await tab.evaluate(kept)).toMatchObject({ cookie: true, stored: true });
  await later.close();
});

/** Runs in the page: whatever can be kept, is. */
async function keepAll() {
  await e2e.signIn('cookie', { storage: 'local' });
  sessionStorage.setItem('mine', 'yes');
  await new Promise((resolve, reject) => {
    const opening = indexedDB.open('mine');
    opening.onsuccess = resolve;
    opening.onerror = reject;
  });
}

/** Runs in the page. */
const kept = async () => ({
  cookie: Boolean((await fetch('/api/Identity/access-token').then((answer) => answer.json())).result),
  stored: localStorage.length + sessionStorage.length > 0,
  databases: (await indexedDB.databases()).map(({ name }) => name),
});

/** Runs in the page: so many timers of 100 ms, one set by the other. */
async function ticks(count: number) {
  for (let left = count; left > 0; left--) await new Promise((resolve) => setTimeout(resolve, 100));
}
