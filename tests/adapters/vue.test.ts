// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type App, createApp, defineComponent, h, isReactive, nextTick, onUpdated, ref } from 'vue';
import { type Options, type Session, startRefreshLoop } from '../../js/index.js';
import { createEvertoken, type Evertoken, useEvertoken } from '../../js/vue.js';
import { jwt, listenersOf } from './support.js';

let sessions: Session[] = [];
let apps: App[] = [];
const refresh = vi.fn(() => jwt('ada'));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: 1_800_000_000_000 });
  refresh.mockClear();
});
afterEach(() => {
  for (const app of apps) app.unmount();
  for (const session of sessions) session.stop();
  apps = [];
  sessions = [];
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function start(options: Partial<Options> = {}) {
  const session = await startRefreshLoop({ refresh, tokens: jwt('ada'), ...options } as Options);
  sessions.push(session);
  // What a start leaves for the next turn of the event loop.
  await vi.advanceTimersByTimeAsync(0);
  return session;
}

/** Waits until it holds, without letting much of the fake time pass. */
const soon = (holds: () => unknown) => vi.waitFor(holds, { interval: 1 });

/** Mounts a component that shows a text made of what the composable brings. */
function mount(given: Parameters<typeof createEvertoken>[0], show: (evertoken: Evertoken) => unknown) {
  const place = document.createElement('div');
  const counts = { updates: 0 };
  const shown = ref(true);
  let evertoken: Evertoken | undefined;
  const Shown = defineComponent(() => {
    evertoken = useEvertoken();
    const it = evertoken;
    onUpdated(() => counts.updates++);
    return () => h('p', String(show(it)));
  });
  const app = createApp(() => (shown.value ? h(Shown) : []));
  apps.push(app);
  app.use(createEvertoken(given)).mount(place);
  const text = async () => {
    await nextTick();
    return place.textContent;
  };
  return { app, text, counts, shown, evertoken: evertoken as unknown as Evertoken };
}

describe('the session', () => {
  test('given ready-made is there at once, and is not stopped with the application', async () => {
    const session = await start();
    const { app, text, evertoken } = mount(session, ({ status, claims }) => `${status.value} ${claims.value?.sub}`);
    await soon(async () => expect(await text()).toBe('active ada'));
    expect(evertoken.session.value).toBe(session);
    expect(isReactive(evertoken.session.value)).toBe(false);
    expect(evertoken.snapshot.value).toBe(session.snapshot);
    app.unmount();
    expect(session.accessToken).toBeDefined();
  });

  test('promised is there when the promise says so, and is not stopped with the application', async () => {
    const { text, app } = mount(start(), ({ status }) => status.value);
    expect(await text()).toBe('starting');
    await soon(async () => expect(await text()).toBe('active'));
    app.unmount();
    expect(sessions[0]?.accessToken).toBeDefined();
  });

  test('that a function started is stopped with the application, also where it comes late', async () => {
    const early = mount(start, ({ status }) => status.value);
    await soon(async () => expect(await early.text()).toBe('active'));
    early.app.unmount();
    const late = mount(start, ({ status }) => status.value);
    late.app.unmount();
    await soon(() => expect(sessions).toHaveLength(2));
    await soon(() => expect(sessions[1]?.accessToken).toBeUndefined());
    expect(sessions.map(({ accessToken }) => accessToken)).toEqual([undefined, undefined]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is one after a hot reload, which unmounts the application and mounts it again', async () => {
    for (let times = 0; times < 3; times++) {
      const { app, text } = mount(start, ({ status }) => status.value);
      await soon(async () => expect(await text()).toBe('active'));
      if (times < 2) app.unmount();
    }
    expect(sessions.filter(({ accessToken }) => accessToken)).toHaveLength(1);
  });

  test('that cannot start is told of to the error handler, and the status stays', async () => {
    const place = document.createElement('div');
    const app = createApp(() => h('p', useEvertoken().status.value));
    const seen = vi.fn();
    app.config.errorHandler = seen;
    app.use(createEvertoken(() => Promise.reject(new Error('no WebAssembly')))).mount(place);
    apps.push(app);
    await soon(() => expect(seen).toHaveBeenCalled());
    expect(seen.mock.calls).toMatchObject([[{ message: 'no WebAssembly' }, null, expect.any(String)]]);
    expect(place.textContent).toBe('starting');
  });

  test('is missed with an error that says what to do', () => {
    const app = createApp(() => h('p', useEvertoken().status.value));
    app.config.warnHandler = () => {};
    expect(() => app.mount(document.createElement('div'))).toThrow(/app\.use\(createEvertoken/);
  });
});

describe('updates', () => {
  test('of a component that reads only the status: one per change of status', async () => {
    const session = await start();
    const { text, counts } = mount(session, ({ status }) => status.value);
    await soon(async () => expect(await text()).toBe('active'));
    counts.updates = 0;
    const changes = vi.fn();
    session.subscribe(changes);
    for (let times = 0; times < 60; times++) {
      await vi.advanceTimersByTimeAsync(60_000);
      session.check();
    }
    await session.refresh();
    await nextTick();
    expect(changes.mock.calls.length).toBeGreaterThan(60);
    expect(counts.updates).toBe(0);
    await session.signOut();
    expect(await text()).toBe('ended');
    session.setTokens(jwt('bo'));
    expect(await text()).toBe('active');
    expect(counts.updates).toBe(2);
  });

  test('of one that reads the claims: one per token', async () => {
    const session = await start();
    const { text, counts } = mount(session, ({ claims }) => claims.value?.sub);
    await soon(async () => expect(await text()).toBe('ada'));
    counts.updates = 0;
    session.check();
    session.recordActivity();
    await nextTick();
    expect(counts.updates).toBe(0);
    session.setTokens(jwt('bo'));
    expect(await text()).toBe('bo');
    await session.signOut();
    expect(await text()).toBe('undefined');
    expect(counts.updates).toBe(2);
  });
});

describe('the countdown', () => {
  test('ticks once a second, and starts over with activity', async () => {
    const session = await start({ idleTimeout: '30s', activity: 'manual' });
    const { text, counts } = mount(session, ({ idleSecondsLeft }) => idleSecondsLeft.value);
    await soon(async () => expect(await text()).toMatch(/^\d+$/));
    session.recordActivity();
    expect(await text()).toBe('30');
    counts.updates = 0;
    const seen: (string | null)[] = [];
    for (let second = 0; second < 12; second++) {
      await vi.advanceTimersByTimeAsync(1000);
      seen.push(await text());
    }
    expect(seen).toEqual(['29', '28', '27', '26', '25', '24', '23', '22', '21', '20', '19', '18']);
    expect(counts.updates).toBe(12);
    await vi.advanceTimersByTimeAsync(400);
    session.recordActivity();
    expect(await text()).toBe('30');
    await vi.advanceTimersByTimeAsync(29_000);
    expect(await text()).toBe('1');
    await vi.advanceTimersByTimeAsync(1000);
    expect(session.snapshot.reason).toBe('idle');
    expect(await text()).toBe('undefined');
  });

  test('runs only where it is read, there is a limit, and somebody is signed in', async () => {
    const limited = await start({ idleTimeout: '30s', activity: 'manual' });
    const unlimited = await start();
    const before = vi.getTimerCount();
    const reading = ({ idleSecondsLeft }: Evertoken) => idleSecondsLeft.value;
    const status = mount(limited, ({ status }) => status.value);
    const none = mount(unlimited, reading);
    const both = mount(limited, reading);
    await soon(async () => expect(await both.text()).toMatch(/\d/));
    await soon(async () => expect(await status.text()).toBe('active'));
    expect(await none.text()).toBe('undefined');
    expect(vi.getTimerCount()).toBe(before + 1);
    both.shown.value = false;
    await nextTick();
    expect(vi.getTimerCount()).toBe(before);
  });

  test('is had by taking the composable apart, too, and outside of components until the application goes', async () => {
    const session = await start({ idleTimeout: '30s', activity: 'manual' });
    const { app } = mount(session, () => '');
    const before = vi.getTimerCount();
    const { idleSecondsLeft } = app.runWithContext(() => useEvertoken());
    await soon(() => expect(idleSecondsLeft.value).toBe(30));
    expect(vi.getTimerCount()).toBe(before + 1);
    app.unmount();
    expect(vi.getTimerCount()).toBe(before);
  });
});

test('an unmounted application leaves no listener and no timer', async () => {
  const session = await start({ idleTimeout: '30s', activity: 'manual' });
  const listeners = listenersOf(session);
  const before = vi.getTimerCount();
  for (let times = 0; times < 10; times++) {
    const { app, text } = mount(session, ({ status, idleSecondsLeft }) => `${status.value}${idleSecondsLeft.value}`);
    await soon(async () => expect(await text()).toMatch(/^active\d/));
    expect([listeners.count, vi.getTimerCount()]).toEqual([1, before + 1]);
    app.unmount();
    expect([listeners.count, vi.getTimerCount()]).toEqual([0, before]);
  }
});

test('on a server nothing starts', async () => {
  const { createSSRApp } = await import('vue');
  const { renderToString } = await import('@vue/server-renderer');
  const session = await start({ idleTimeout: '30s', activity: 'manual' });
  const listeners = listenersOf(session);
  vi.stubGlobal('document', undefined);
  // The first application sets a timer of Vue's own.
  await renderToString(createSSRApp(() => h('p')));
  const before = vi.getTimerCount();
  const begin = vi.fn(start);
  for (const given of [begin, session]) {
    const app = createSSRApp(() => {
      const { status, claims, idleSecondsLeft, session, snapshot } = useEvertoken();
      return h(
        'p',
        JSON.stringify([status, claims, idleSecondsLeft, session, snapshot].map(({ value }) => `${value}`)),
      );
    });
    app.use(createEvertoken(given));
    expect(await renderToString(app)).toContain('starting');
  }
  expect(begin).not.toHaveBeenCalled();
  expect([listeners.count, vi.getTimerCount()]).toEqual([0, before]);
});
