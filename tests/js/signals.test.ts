import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { listenToSignals } from '../../js/signals.js';
import { nameOf } from './double.js';

let scope: EventTarget;
let page: { visibilityState?: string };

beforeEach(() => {
  scope = new EventTarget();
  page = {};
  vi.stubGlobal('addEventListener', scope.addEventListener.bind(scope));
});

afterEach(() => vi.unstubAllGlobals());

function listen({ tracksInput = false, inWindow = true } = {}) {
  if (inWindow) vi.stubGlobal('document', page);
  const heard: string[] = [];
  const controller = new AbortController();
  listenToSignals(tracksInput, controller.signal, (sign) => heard.push(nameOf(sign)));
  return { heard, stop: () => controller.abort() };
}

test.each(['online', 'offline'])('%s is told as it is', (type) => {
  const { heard } = listen();
  scope.dispatchEvent(new Event(type));
  expect(heard).toEqual([type]);
});

test.each(['pageshow', 'focus'])('%s of the window makes a check', (type) => {
  const { heard } = listen();
  scope.dispatchEvent(new Event(type));
  expect(heard).toEqual(['check']);
});

test('a tab that resumes makes a check', () => {
  const { heard } = listen();
  scope.dispatchEvent(new Event('resume'));
  expect(heard).toEqual(['check']);
});

test('a tab makes a check when it is shown, not when it is hidden', () => {
  const { heard } = listen();
  page.visibilityState = 'hidden';
  scope.dispatchEvent(new Event('visibilitychange'));
  expect(heard).toEqual([]);
  page.visibilityState = 'visible';
  scope.dispatchEvent(new Event('visibilitychange'));
  expect(heard).toEqual(['check']);
});

describe('a person’s input', () => {
  const input = (type: string, timeStamp: number) =>
    scope.dispatchEvent(Object.defineProperty(new Event(type), 'timeStamp', { value: timeStamp }));

  test.each(['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'touchmove'])('%s is activity', (type) => {
    const { heard } = listen({ tracksInput: true });
    input(type, 0);
    expect(heard).toEqual(['activity']);
  });

  test('is told once a second at most', () => {
    const { heard } = listen({ tracksInput: true });
    for (const time of [5, 500, 1_004, 1_005, 1_900]) input('keydown', time);
    expect(heard).toEqual(['activity', 'activity']);
  });

  test('counts after a clock that was set back', () => {
    const { heard } = listen({ tracksInput: true });
    input('keydown', 10_000);
    input('keydown', 100);
    expect(heard).toEqual(['activity', 'activity']);
  });

  test('scrolling is none: a page may scroll by itself', () => {
    const { heard } = listen({ tracksInput: true });
    input('scroll', 0);
    expect(heard).toEqual([]);
  });

  test.each([{ tracksInput: false }, { tracksInput: true, inWindow: false }])('is not listened to with %o', (where) => {
    const { heard } = listen(where);
    input('keydown', 0);
    expect(heard).toEqual([]);
  });

  test('is heard before the page stops its event', () => {
    const add = vi.fn();
    vi.stubGlobal('addEventListener', add);
    listen({ tracksInput: true });
    const options = new Map(add.mock.calls.map(([type, , options]) => [type, options]));
    expect(options.get('keydown')).toMatchObject({ capture: true, passive: true });
    expect(options.get('focus')).toMatchObject({ capture: false, passive: true });
  });
});

test('a worker has no document, and hears of the network', () => {
  const { heard } = listen({ inWindow: false });
  scope.dispatchEvent(new Event('online'));
  expect(heard).toEqual(['online']);
});

test('where there is nothing to listen to, nothing happens', () => {
  vi.stubGlobal('addEventListener', undefined);
  expect(() => listen({ inWindow: false })).not.toThrow();
});

test('after its end nothing is heard', () => {
  const { heard, stop } = listen({ tracksInput: true });
  stop();
  for (const type of ['online', 'focus', 'keydown']) scope.dispatchEvent(new Event(type));
  scope.dispatchEvent(new Event('resume'));
  expect(heard).toEqual([]);
});
