import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openStore, readStorage } from '../../js/storage.js';
import { thrownBy } from './double.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

let kept: Map<string, string>;
beforeEach(() => {
  kept = new Map();
});
afterEach(() => vi.unstubAllGlobals());

const webStorage = () => ({
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, text: string) => void kept.set(key, text),
  removeItem: (key: string) => void kept.delete(key),
});

/** A store whose promises the test keeps. */
function slowStore() {
  const writes: [text: string | undefined, end: () => void, fail: () => void][] = [];
  const write = (text?: string) =>
    new Promise<void>((end, fail) => {
      writes.push([text, end, () => fail(new Error('CANARY'))]);
    });
  const store = { get: async () => 'held', set: (_: string, text: string) => write(text), remove: () => write() };
  return { writes, store };
}

async function isLost(store: { lost: Promise<void> }) {
  const lost = store.lost.then(() => true);
  return Promise.race([lost, turn().then(() => false)]);
}

test.each([undefined, 'memory'])('memory (%s) keeps nothing', async (option) => {
  const store = openStore(readStorage(option), 'shop');
  store.save('text');
  expect(await store.load()).toBeUndefined();
  expect(await isLost(store)).toBe(false);
});

describe.each([
  ['session', 'sessionStorage'],
  ['local', 'localStorage'],
])('%s', (option, global) => {
  test('writes at once', async () => {
    vi.stubGlobal(global, webStorage());
    const store = openStore(readStorage(option), 'shop');
    expect(await store.load()).toBeUndefined();
    store.save('one');
    expect([...kept]).toEqual([['evertoken:shop', 'one']]);
    store.save('two');
    expect(kept.get('evertoken:shop')).toBe('two');
    expect(await store.load()).toBe('two');
    store.save(undefined);
    expect(kept.size).toBe(0);
  });

  test('that may not be touched is lost', async () => {
    const blocked = vi.fn(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    vi.stubGlobal(global, undefined);
    Object.defineProperty(globalThis, global, { configurable: true, get: blocked });
    const store = openStore(readStorage(option), 'shop');
    expect(await store.load()).toBeUndefined();
    expect(await isLost(store)).toBe(true);
    store.save('text');
    expect(blocked).toHaveBeenCalledOnce();
  });

  test('that is not there is lost', async () => {
    vi.stubGlobal(global, undefined);
    const store = openStore(readStorage(option), 'shop');
    expect(await store.load()).toBeUndefined();
    expect(await isLost(store)).toBe(true);
  });

  test('that is full is lost, and not tried again', async () => {
    const setItem = vi.fn(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    vi.stubGlobal(global, { ...webStorage(), setItem });
    const store = openStore(readStorage(option), 'shop');
    store.save('one');
    expect(await isLost(store)).toBe(true);
    store.save('two');
    expect(setItem).toHaveBeenCalledOnce();
  });
});

describe('a store of the caller’s', () => {
  test('keeps its own methods', async () => {
    class Kept {
      readonly #kept = kept;
      get = undefined as never;
      async set(key: string, text: string) {
        this.#kept.set(key, text);
      }
      remove(key: string) {
        this.#kept.delete(key);
      }
    }
    const own = Object.assign(new Kept(), { get: (key: string) => kept.get(key) });
    const store = openStore(readStorage(own), 'a name');
    store.save('text');
    expect(await store.load()).toBe('text');
    expect([...kept.keys()]).toEqual(['evertoken:a name']);
  });

  test('is written one after the other, the newest last', async () => {
    const { writes, store: own } = slowStore();
    const store = openStore(own, 'shop');
    store.save('one');
    store.save('two');
    store.save('three');
    expect(writes.map(([text]) => text)).toEqual(['one']);
    writes[0]?.[1]();
    await turn();
    expect(writes.map(([text]) => text)).toEqual(['one', 'three']);
    store.save(undefined);
    writes[1]?.[1]();
    await turn();
    expect(writes.map(([text]) => text)).toEqual(['one', 'three', undefined]);
    writes[2]?.[1]();
    await turn();
    store.save('four');
    expect(writes).toHaveLength(4);
  });

  test('that fails later is lost', async () => {
    const { writes, store: own } = slowStore();
    const store = openStore(own, 'shop');
    store.save('one');
    store.save('two');
    writes[0]?.[2]();
    expect(await isLost(store)).toBe(true);
    store.save('three');
    expect(writes).toHaveLength(1);
    expect(await store.load()).toBeUndefined();
  });

  test.each([null, undefined, 5, {}])('that holds %o holds nothing', async (held) => {
    const store = openStore({ ...slowStore().store, get: () => held as never }, 'shop');
    expect(await store.load()).toBeUndefined();
    expect(await isLost(store)).toBe(false);
  });
});

test.each([null, 'cookie', true, {}, { get() {}, set() {} }])('%o is no store', (option) => {
  expect(thrownBy(() => readStorage(option))).toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'storage' });
});
