// What the protocol between tabs leans on: how each engine keeps locks, databases and channels. If a browser changes, it shows here.
import { describe, expect, vi } from 'vitest';
import { type Open, scenario, type Tab } from './support.js';

/** Opens two tabs of one profile. */
async function openTwo(open: Open): Promise<[Tab, Tab]> {
  const { tab, openTab } = await open();
  return [tab, await openTab()];
}

/** Takes the lock and keeps it until `release()` is called in the page; what became of it is `fate`. */
const hold = (tab: Tab) =>
  tab.evaluate(
    () =>
      new Promise<void>((held) => {
        const kept = new Promise<void>((release) => {
          Object.assign(globalThis, { release, fate: 'held' });
        });
        const tell = (fate: string) => () => Object.assign(globalThis, { fate });
        const holding = navigator.locks.request('facts', async () => {
          held();
          await kept;
          Object.assign(globalThis, { ranOn: true });
        });
        holding.then(tell('released'), ({ name }) => tell(name)());
      }),
  );

const isFree = (tab: Tab) =>
  tab.evaluate(() => navigator.locks.request('facts', { ifAvailable: true }, async (lock) => lock !== null));

/** What the page's own variables say. */
const told = (tab: Tab, name: string) =>
  tab.evaluate((name) => (globalThis as unknown as Record<string, unknown>)[name] ?? null, name);

describe('a lock', () => {
  scenario('has one holder at a time, over tabs and workers', async ({ open }) => {
    const [one, other] = await openTwo(open);
    await hold(one);
    expect(await isFree(other)).toBe(false);
    const freeInWorker = (tab: Tab) =>
      tab.evaluate(
        () =>
          new Promise((answer) => {
            const worker = new Worker('/e2e/lock-worker.js', { type: 'module' });
            worker.onmessage = ({ data }) => answer(data);
          }),
      );
    expect([await freeInWorker(one), await freeInWorker(other)]).toEqual([false, false]);
    await one.evaluate(() => (globalThis as unknown as { release(): void }).release());
    await vi.waitUntil(() => isFree(other));
    expect(await freeInWorker(one)).toBe(true);
  });

  scenario('of a tab that is closed is free', async ({ open }) => {
    const [one, other] = await openTwo(open);
    await hold(one);
    expect(await isFree(other)).toBe(false);
    await one.close();
    await vi.waitUntil(() => isFree(other));
  });

  scenario('of a tab that goes to another page is free', async ({ open }) => {
    const [one, other] = await openTwo(open);
    await hold(one);
    await one.goto('about:blank');
    await vi.waitUntil(() => isFree(other));
  });

  scenario('of a frozen tab stays its own', { needs: ['freeze', 'hide'] }, async ({ open }) => {
    const [one, other] = await openTwo(open);
    await hold(one);
    await one.freeze();
    expect(await isFree(other)).toBe(false);
    await one.resume();
    await one.evaluate(() => (globalThis as unknown as { release(): void }).release());
    await vi.waitUntil(() => isFree(other));
  });

  scenario('that is stolen is lost to its holder, who runs on all the same', async ({ open }) => {
    const [one, other] = await openTwo(open);
    await hold(one);
    expect(await other.evaluate(() => navigator.locks.request('facts', { steal: true }, async () => 'mine'))).toBe(
      'mine',
    );
    await vi.waitUntil(async () => (await told(one, 'fate')) === 'AbortError');
    expect(await told(one, 'ranOn')).toBe(null);
    await one.evaluate(() => (globalThis as unknown as { release(): void }).release());
    await vi.waitUntil(async () => (await told(one, 'ranOn')) === true);
  });

  scenario('that four steal at once is had by four, one after the other', async ({ open }) => {
    const { tab, openTab } = await open();
    await hold(tab);
    const thieves = [await openTab(), await openTab(), await openTab(), await openTab()];
    const steal = (tab: Tab) =>
      tab.evaluate(() => {
        let had = false;
        const take = async () => {
          had = true;
        };
        return navigator.locks.request('facts', { steal: true }, take).then(
          () => had,
          () => had,
        );
      });
    expect(await Promise.all(thieves.map(steal))).toEqual([true, true, true, true]);
  });

  scenario('can be waited for within a bound', async ({ open }) => {
    const [one, other] = await openTwo(open);
    await hold(one);
    const outcome = await other.evaluate(() =>
      navigator.locks
        .request('facts', { signal: AbortSignal.timeout(50) }, async () => 'had it')
        .catch(({ name }) => name),
    );
    expect(outcome).toBe('TimeoutError');
  });
});

scenario('what a transaction has committed under a lock is current in the next holder’s tab', async ({ open }) => {
  const { tab, openTab } = await open();
  const tabs = [tab, await openTab(), await openTab()];
  const claim = (tab: Tab) =>
    tab.evaluate(async (claims) => {
      const ended = (work: IDBRequest | IDBTransaction) =>
        new Promise((resolve, reject) => {
          Object.assign(work, { onsuccess: resolve, oncomplete: resolve, onerror: reject, onabort: reject });
        });
      const opening = indexedDB.open('facts');
      opening.onupgradeneeded = () => opening.result.createObjectStore('counts');
      await ended(opening);
      const claimed: number[] = [];
      for (let turn = 0; turn < claims; turn++) {
        await navigator.locks.request('facts', async () => {
          const reading = opening.result.transaction('counts').objectStore('counts').get('last');
          await ended(reading);
          const next = (reading.result ?? 0) + 1;
          const transaction = opening.result.transaction('counts', 'readwrite');
          transaction.objectStore('counts').put(next, 'last');
          await ended(transaction);
          claimed.push(next);
        });
      }
      return claimed;
    }, 30);
  const claimed = (await Promise.all(tabs.map(claim))).flat();
  expect(claimed.sort((a, b) => a - b)).toEqual(Array.from({ length: 90 }, (_, index) => index + 1));
});

scenario(
  'a page that comes back from the cache has heard nothing that was said on its channel meanwhile',
  {
    needs: ['bfcache'],
  },
  async ({ open }) => {
    const { server, tab, openTab } = await open();
    const other = await openTab();
    await tab.show();
    await tab.evaluate(() => {
      const heard: string[] = [];
      Object.assign(globalThis, { heard });
      new BroadcastChannel('facts').onmessage = ({ data }) => heard.push(data);
    });
    const say = (text: string) => other.evaluate((text) => new BroadcastChannel('facts').postMessage(text), text);
    await say('before');
    await vi.waitUntil(async () => ((await told(tab, 'heard')) as string[]).length === 1);
    await tab.goto(`${server.url}/e2e/?elsewhere`);
    await say('meanwhile');
    await tab.back();
    // It was refused the cache, or it is back with what it had heard before.
    expect([null, ['before']]).toContainEqual(await told(tab, 'heard'));
  },
);
