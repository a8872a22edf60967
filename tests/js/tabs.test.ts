// The driver of locks, record and channel where the platform lacks them; the real ones are in tests/e2e/scenarios.
import { expect, test, vi } from 'vitest';
import type { Loop } from '../../js/boundary.js';
import { createTabs } from '../../js/tabs.js';
import { FakePlatform } from './platform.js';

const throwing = () => {
  throw new DOMException('denied', 'SecurityError');
};

/** The driver on a platform, what the loop hears of it, and what was missing. */
function drivenTabs(platform: Partial<FakePlatform> = {}, isShared = true) {
  const heard: [event: string, ...about: unknown[]][] = [];
  const missing: string[] = [];
  const loop = new Proxy({} as Loop, {
    get:
      (_, name: string) =>
      (...about: unknown[]) =>
        void heard.push([name, ...about]),
  });
  const tabs = createTabs(
    Object.assign(new FakePlatform(), platform),
    'test',
    isShared,
    () => loop,
    () => {},
    (what) => missing.push(what),
  );
  return { tabs, heard, missing };
}

test('without IndexedDB the record counts as none', async () => {
  const { tabs, heard, missing } = drivenTabs({ indexedDB: { open: throwing } as never });
  await tabs.sync();
  expect([heard, missing]).toEqual([[['synced', false]], ['indexedDB']]);
});

test('without Web Locks every turn is this tab’s', async () => {
  const { tabs, heard, missing } = drivenTabs();
  await tabs.lock('queued');
  tabs.unlock();
  await tabs.lock('stolen');
  expect(heard).toEqual([
    ['locked', true],
    ['locked', true],
  ]);
  expect(new Set(missing)).toEqual(new Set(['locks']));
});

test('where Web Locks are denied every turn is this tab’s', async () => {
  const { tabs, heard, missing } = drivenTabs({ locks: { request: async () => throwing() } as never });
  await tabs.lock('queued');
  expect([heard, missing]).toEqual([[['locked', true]], ['locks']]);
});

test('without a channel nothing is said, and nothing breaks', () => {
  const { tabs, missing } = drivenTabs({ openChannel: throwing });
  expect(tabs.comeBack()).toBe(false);
  tabs.send({ kind: 'ask' });
  tabs.end();
  expect(missing).toEqual(['channel']);
});

test('with tabs off no channel is opened', () => {
  const opened = vi.fn();
  const { tabs } = drivenTabs({ openChannel: opened }, false);
  expect(tabs.comeBack()).toBe(false);
  expect(opened).not.toHaveBeenCalled();
});

test('a lock that is given up before it came is not told of', async () => {
  let grant: (lock: object) => unknown = () => {};
  const request = (_name: string, _options: object, granted: typeof grant) => {
    grant = granted;
    return new Promise(() => {});
  };
  const { tabs, heard } = drivenTabs({ locks: { request } as never });
  tabs.lock('queued');
  tabs.unlock();
  expect([grant({}), heard]).toEqual([undefined, []]);
});
