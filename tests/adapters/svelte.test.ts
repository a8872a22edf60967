// @vitest-environment happy-dom
import { pathToFileURL } from 'node:url';
import { compile } from 'svelte/compiler';
import { get } from 'svelte/store';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Options, type Session, startRefreshLoop } from '../../js/index.js';
import { createEvertoken } from '../../js/svelte.js';
import { jwt, listenersOf } from './support.js';

// As a bundler for browsers resolves it; Node takes the one for servers.
// @ts-expect-error Svelte has no declarations for its single files.
vi.mock('svelte/store', () => import('../../node_modules/svelte/src/store/index-client.js'));

let sessions: Session[] = [];
const refresh = vi.fn(() => jwt('ada'));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: 1_800_000_000_000 });
});
afterEach(() => {
  for (const session of sessions) session.stop();
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

/** The stores of a session that is there. */
async function storesOf(session: Session) {
  const stores = createEvertoken(session);
  await Promise.resolve();
  return stores;
}

const idling: Partial<Options> = { idleTimeout: '30s', activity: 'manual' };

describe('the session', () => {
  test.each(['ready-made', 'promised'])('given %s is followed, and is not stopped', async (how) => {
    const starting = start();
    const { session, status, claims, snapshot, stop } = createEvertoken(how === 'promised' ? starting : await starting);
    const seen: unknown[] = [];
    status.subscribe((value) => seen.push(value));
    expect(seen).toEqual(['starting']);
    const running = await starting;
    await soon(() => expect(seen).toEqual(['starting', 'active']));
    expect(get(session)).toBe(running);
    expect(get(claims)?.sub).toBe('ada');
    expect(get(snapshot)).toBe(running.snapshot);
    stop();
    expect(running.accessToken).toBeDefined();
  });

  test('that a function started is stopped by stop(), also where it comes late: one is left after a hot reload', async () => {
    const early = createEvertoken(start);
    await soon(() => expect(get(early.status)).toBe('active'));
    early.stop();
    createEvertoken(start).stop();
    const last = createEvertoken(start);
    await soon(() => expect(get(last.status)).toBe('active'));
    await soon(() => expect(sessions.filter(({ accessToken }) => accessToken)).toHaveLength(1));
    expect(sessions).toHaveLength(3);
  });

  test('is not started on a server, and nobody listens to one that is given', async () => {
    const running = await start(idling);
    const listeners = listenersOf(running);
    const timers = vi.getTimerCount();
    vi.stubGlobal('document', undefined);
    const begin = vi.fn(start);
    for (const given of [begin, running]) {
      const stores = createEvertoken(given);
      const seen: unknown[] = [];
      for (const store of [stores.session, stores.claims, stores.snapshot, stores.idleSecondsLeft, stores.status])
        store.subscribe((value: unknown) => seen.push(value));
      await Promise.resolve();
      expect(seen).toEqual([undefined, undefined, undefined, undefined, 'starting']);
    }
    expect(begin).not.toHaveBeenCalled();
    expect([listeners.count, vi.getTimerCount()]).toEqual([0, timers]);
  });
});

describe('a listener', () => {
  test('of the status is called once per change of status, one of the claims once per token', async () => {
    const session = await start();
    const { status, claims } = await storesOf(session);
    const statuses: unknown[] = [];
    const subjects: unknown[] = [];
    status.subscribe((value) => statuses.push(value));
    claims.subscribe((value) => subjects.push(value?.sub));
    const changes = vi.fn();
    session.subscribe(changes);
    for (let times = 0; times < 20; times++) await vi.advanceTimersByTimeAsync(60_000);
    expect(changes.mock.calls.length).toBeGreaterThanOrEqual(20);
    await session.signOut();
    session.setTokens(jwt('bo'));
    expect(statuses).toEqual(['active', 'ended', 'active']);
    expect(subjects).toEqual(['ada', undefined, 'bo']);
  });

  test('that leaves, leaves no listener and no timer behind', async () => {
    const session = await start(idling);
    const listeners = listenersOf(session);
    const timers = vi.getTimerCount();
    const stores = await storesOf(session);
    expect(listeners.count).toBe(0);
    for (let times = 0; times < 10; times++) {
      const leave = [stores.status, stores.idleSecondsLeft, stores.idleSecondsLeft].map((it) => it.subscribe(() => {}));
      expect([listeners.count, vi.getTimerCount()]).toEqual([2, timers + 1]);
      for (const unsubscribe of leave) unsubscribe();
      expect([listeners.count, vi.getTimerCount()]).toEqual([0, timers]);
    }
  });

  test('that left before the session came hears nothing more', async () => {
    const { status } = createEvertoken(start());
    const heard = vi.fn();
    status.subscribe(heard)();
    await soon(() => expect(get(status)).toBe('active'));
    expect(heard.mock.calls).toEqual([['starting']]);
  });
});

describe('the countdown', () => {
  test('ticks once a second, and starts over with activity', async () => {
    const session = await start(idling);
    const { idleSecondsLeft } = await storesOf(session);
    const seen: unknown[] = [];
    session.recordActivity();
    idleSecondsLeft.subscribe((value) => seen.push(value));
    await vi.advanceTimersByTimeAsync(3_400);
    session.recordActivity();
    await vi.advanceTimersByTimeAsync(29_000);
    expect(seen).toEqual([30, 29, 28, 27, ...Array.from({ length: 30 }, (_, spent) => 30 - spent)]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(session.snapshot.reason).toBe('idle');
    expect(seen.at(-1)).toBeUndefined();
  });

  test('does not tick without a limit', async () => {
    const session = await start();
    const { idleSecondsLeft } = await storesOf(session);
    const timers = vi.getTimerCount();
    const seen: unknown[] = [];
    idleSecondsLeft.subscribe((value) => seen.push(value));
    expect(seen).toEqual([undefined]);
    expect(vi.getTimerCount()).toBe(timers);
  });
});

test('runes follow `current` and $store, and listen no longer than the component lives', async () => {
  const source = `<script>
    let { evertoken, updated } = $props();
    const { claims } = evertoken;
    $effect(() => updated(evertoken.status.current));
  </script>
  <p>{evertoken.status.current} {$claims?.sub}</p>`;
  const { js } = compile(source, { generate: 'client', filename: 'Shown.svelte' });
  const client = pathToFileURL('node_modules/svelte/src/');
  const code = js.code
    .replaceAll("'svelte/internal/client'", `'${new URL('internal/client/index.js', client)}'`)
    .replaceAll("'svelte/internal/disclose-version'", `'${new URL('internal/disclose-version.js', client)}'`);
  const { default: Shown } = await import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`);
  // @ts-expect-error as above
  const { mount, unmount, flushSync } = await import('../../node_modules/svelte/src/index-client.js');

  const session = await start();
  const listeners = listenersOf(session);
  const evertoken = await storesOf(session);
  const updated = vi.fn();
  const component = mount(Shown, { target: document.body, props: { evertoken, updated } });
  flushSync();
  expect(document.body.textContent).toBe('active ada');
  session.check();
  flushSync();
  expect(listeners.count).toBe(2);
  await session.signOut();
  flushSync();
  expect(document.body.textContent?.trim()).toBe('ended');
  expect(updated.mock.calls).toEqual([['active'], ['ended']]);
  await unmount(component);
  await Promise.resolve();
  expect(listeners.count).toBe(0);
});
