// What the loop makes of the signs that the world has changed, over the real module: the browser's own, and a platform's.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { FakePlatform } from './platform.js';
import { liveLoop, startedLoop } from './wasm.js';

afterEach(() => vi.unstubAllGlobals());

const input = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'touchmove'];

describe.each(['the browser', 'a platform'])('of %s', (whose) => {
  /** A loop that tracks input and holds a token, where it is given one, and what it made of the signals. */
  function listening(options: object = { idleTimeout: '15m' }, tokens: string | null = 'one') {
    const platform = new FakePlatform();
    if (whose === 'the browser') {
      vi.stubGlobal('addEventListener', platform.events.addEventListener.bind(platform.events));
      vi.stubGlobal('document', {
        get visibilityState() {
          return platform.visible ? 'visible' : 'hidden';
        },
      });
    }
    const kept = whose === 'the browser' ? {} : { platform };
    const made = startedLoop({ ...options, tokens }, { refresh: true }, kept);
    const { told, loop } = made;
    /** How often the loop took a turn. */
    const turns = () => {
      const before = told.turns;
      told.turns = 0;
      return before;
    };
    turns();
    return { ...made, platform, turns, stop: () => loop.stop() };
  }

  test('the network is lost and comes back', () => {
    const { platform, told, answer } = listening({}, null);
    answer({ kind: 'network' });
    expect(told.snapshot).toMatchObject({ refresh: 'waiting' });
    platform.dispatch('offline');
    expect(told.snapshot).toMatchObject({ refresh: 'offline' });
    platform.dispatch('online');
    expect(told.refreshes).toHaveLength(2);
  });

  test.each(['pageshow', 'focus', 'resume'])('%s makes a check', (type) => {
    const { platform, turns } = listening();
    platform.dispatch(type);
    expect(turns()).toBe(1);
  });

  test('a tab makes a check when it is shown, not when it is hidden', () => {
    const { platform, turns } = listening();
    platform.visible = false;
    platform.dispatch('visibilitychange');
    expect(turns()).toBe(0);
    platform.visible = true;
    platform.dispatch('visibilitychange');
    expect(turns()).toBe(1);
  });

  test.each(input)('%s is activity', (type) => {
    const { platform, turns } = listening();
    platform.dispatch(type);
    expect(turns()).toBe(1);
  });

  test('input counts once a second at most', () => {
    const { platform, turns } = listening();
    for (const time of [5, 500, 1_004, 1_005, 1_900]) platform.dispatch('keydown', time);
    expect(turns()).toBe(2);
  });

  test('input counts after a clock that was set back', () => {
    const { platform, turns } = listening();
    platform.dispatch('keydown', 10_000);
    platform.dispatch('keydown', 100);
    expect(turns()).toBe(2);
  });

  test('scrolling is no activity: a page may scroll by itself', () => {
    const { platform, turns } = listening();
    platform.dispatch('scroll');
    expect(turns()).toBe(0);
  });

  test.each([{}, { idleTimeout: '15m', activity: 'manual' }])('with %o no input counts', (options) => {
    const { platform, turns } = listening(options);
    platform.dispatch('keydown');
    expect(turns()).toBe(0);
  });

  test('after a stop nothing counts', () => {
    const { platform, turns, stop } = listening();
    stop();
    turns();
    for (const type of ['online', 'focus', 'resume', 'visibilitychange', 'keydown']) platform.dispatch(type);
    expect(turns()).toBe(0);
  });

  test('input is heard before the page stops its event; an element’s focus is no sign', () => {
    const captures = new Map<string, unknown>();
    const add = (type: string, _: unknown, { capture }: { capture: boolean }) => void captures.set(type, capture);
    const platform = Object.assign(new FakePlatform(), { events: { addEventListener: add } as never });
    vi.stubGlobal('addEventListener', add);
    liveLoop(undefined, { idleTimeout: '15m' }, undefined, whose === 'the browser' ? undefined : platform);
    expect([captures.get('keydown'), captures.get('focus')]).toEqual([true, false]);
  });
});

test('where there is nothing to listen to, nothing happens', () => {
  vi.stubGlobal('addEventListener', undefined);
  expect(() => liveLoop()).not.toThrow();
});
