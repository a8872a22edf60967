import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { countdownTo } from '../../js/countdown.js';

const start = 1_700_000_000_000;

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: start }));

afterEach(() => vi.useRealTimers());

test('a minute is 60 seconds, whatever the milliseconds of its end', () => {
  for (let millisecond = 0; millisecond < 1_000; millisecond++) {
    vi.setSystemTime(start + millisecond);
    expect(countdownTo((start + millisecond + 60_000) / 1_000)).toEqual({ seconds: 60, nextIn: 1_000 });
  }
});

test.each([
  [59_999, { seconds: 60, nextIn: 999 }],
  [1_001, { seconds: 2, nextIn: 1 }],
  [1, { seconds: 1, nextIn: 1 }],
  [0, { seconds: 0, nextIn: 0 }],
  [-5_000, { seconds: 0, nextIn: 0 }],
])('%i ms left', (left, countdown) => {
  expect(countdownTo((start + left) / 1_000)).toEqual(countdown);
});

test('without a limit there is none', () => {
  expect(countdownTo(undefined)).toBeUndefined();
});
