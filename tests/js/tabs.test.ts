// The driver of locks, record and channel where the platform lacks them; the real ones are in tests/e2e/scenarios.
import { afterEach, expect, test, vi } from 'vitest';
import type { LoopEvent } from '../../js/boundary.js';
import { createTabs } from '../../js/tabs.js';
import { nameOf } from './double.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

const throwing = () => {
  throw new DOMException('denied', 'SecurityError');
};

/** The driver, what the loop hears of it, and what was missing. */
function drivenTabs(isShared = true) {
  const heard: [event: string, about: number][] = [];
  const missing: string[] = [];
  const tell = (event: LoopEvent, about = 0) => {
    heard.push([nameOf(event), about]);
    return undefined;
  };
  const tabs = createTabs(
    'test',
    isShared,
    tell,
    () => {},
    (what) => missing.push(what),
  );
  return { tabs, heard, missing };
}

test('without IndexedDB the record counts as none', async () => {
  vi.stubGlobal('indexedDB', { open: throwing });
  const { tabs, heard, missing } = drivenTabs();
  await tabs.sync();
  expect([heard, missing]).toEqual([[['synced', 0]], ['indexedDB']]);
});

test('without Web Locks every turn is this tab’s', async () => {
  vi.stubGlobal('navigator', {});
  const { tabs, heard, missing } = drivenTabs();
  await tabs.lock(0);
  tabs.unlock();
  await tabs.lock(1);
  expect(heard).toEqual([
    ['locked', 1],
    ['locked', 1],
  ]);
  expect(new Set(missing)).toEqual(new Set(['locks']));
});

test('where Web Locks are denied every turn is this tab’s', async () => {
  vi.stubGlobal('navigator', { locks: { request: async () => throwing() } });
  const { tabs, heard, missing } = drivenTabs();
  await tabs.lock(0);
  expect([heard, missing]).toEqual([[['locked', 1]], ['locks']]);
});

test('without a channel nothing is said, and nothing breaks', () => {
  vi.stubGlobal('BroadcastChannel', throwing);
  const { tabs, missing } = drivenTabs();
  expect(tabs.comeBack()).toBe(false);
  tabs.send({ kind: 'ask' });
  tabs.end();
  expect(missing).toEqual(['channel']);
});

test('with tabs off no channel is opened', () => {
  const opened = vi.fn();
  vi.stubGlobal('BroadcastChannel', opened);
  const { tabs } = drivenTabs(false);
  expect(tabs.comeBack()).toBe(false);
  expect(opened).not.toHaveBeenCalled();
});

test('a lock that is given up before it came is not told of', async () => {
  let grant: (lock: object) => unknown = () => {};
  const request = (_name: string, _options: object, granted: typeof grant) => {
    grant = granted;
    return new Promise(() => {});
  };
  vi.stubGlobal('navigator', { locks: { request } });
  const { tabs, heard } = drivenTabs();
  tabs.lock(0);
  tabs.unlock();
  expect([grant({}), heard]).toEqual([undefined, []]);
});
