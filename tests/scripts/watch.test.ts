import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watch } from '../e2e/engines/watch.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const HOUR = 3_600_000;

test('a browser whose blank page answers is not lost, and is asked every half minute', async () => {
  const ask = vi.fn(async () => {});
  const onLost = vi.fn();
  const watched = watch(ask, onLost);
  await vi.advanceTimersByTimeAsync(HOUR);
  expect([watched.lost, onLost.mock.calls]).toEqual([undefined, []]);
  expect(ask).toHaveBeenCalledTimes(120);
});

test('one whose blank page is silent for half a minute is lost, and is not asked again', async () => {
  const ask = vi.fn(() => new Promise(() => {}));
  const onLost = vi.fn();
  const watched = watch(ask, onLost);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(watched.lost).toBe(undefined);
  await vi.advanceTimersByTimeAsync(HOUR);
  expect(watched.lost).toBe('a blank page did not answer within 30 s');
  expect([ask.mock.calls.length, onLost.mock.calls.length]).toEqual([1, 1]);
});

test('one whose blank page cannot be asked is lost', async () => {
  const watched = watch(() => Promise.reject(new Error('no connection')), vi.fn());
  await vi.advanceTimersByTimeAsync(30_000);
  expect(watched.lost).toBe('a blank page cannot be asked: no connection');
});

test('one that is closed leaves no timer behind', () => {
  const onLost = vi.fn();
  watch(async () => {}, onLost).end();
  expect([vi.getTimerCount(), onLost.mock.calls]).toEqual([0, []]);
});
