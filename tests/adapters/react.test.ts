// @vitest-environment happy-dom
import { act, Component, createElement as h, type ReactNode, StrictMode, Suspense } from 'react';
import { createRoot, hydrateRoot, type Root } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { init, type Options, type Session, startRefreshLoop } from '../../js/index.js';
import { EvertokenProvider, type EvertokenProviderProps, useIdleCountdown, useSession } from '../../js/react.js';
import { thrownBy } from '../js/double.js';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

let place: HTMLElement;
let root: Root;

beforeAll(() => init());
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: 1_800_000_000_000 });
  place = document.createElement('div');
  root = createRoot(place);
});
afterEach(async () => {
  await act(() => root.unmount());
  await passSeconds(2);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const render = (node: ReactNode) => act(async () => root.render(node));
const passSeconds = (seconds: number) => act(() => vi.advanceTimersByTimeAsync(seconds * 1000));

const part = (value: object) => btoa(JSON.stringify(value)).replace(/=/g, '');
let issued = 0;
/** No two are the same: a server's answer that brings nothing new would slow the loop down. */
const tokenOf = (name: string) => `${part({ alg: 'none' })}.${part({ sub: name, name, jti: String(issued++) })}.`;

/** What an application has beside its components: options, and a function that starts. */
function application(options: Partial<Options> = {}) {
  const refresh = vi.fn(async () => ({ accessToken: tokenOf('Ada'), expiresIn: 7200 }));
  const sessions: Session[] = [];
  const start = vi.fn(async () => {
    const session = await startRefreshLoop({ refresh, activity: 'manual', ...options } as Options);
    sessions.push(session);
    return session;
  });
  return {
    refresh,
    sessions,
    start,
    get session() {
      const session = sessions.at(-1);
      if (!session) throw new Error('no session was started');
      return session;
    },
    running: () => sessions.filter(isRunning).length,
  };
}

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function isRunning(session: Session) {
  try {
    session.check();
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_STOPPED' });
    return false;
  }
}

const provide = (props: EvertokenProviderProps, ...children: ReactNode[]) => h(EvertokenProvider, props, ...children);
const Status = () => useSession().status;

describe('a session that the provider starts', () => {
  test('is one, with one refresh, over 100 mounts and unmounts under StrictMode', async () => {
    const app = application();
    const page = h(StrictMode, null, provide({ start: app.start }, h(Status)));
    for (let mount = 0; mount < 100; mount++) {
      await render(page);
      expect(place.textContent).toBe('active');
      await render(null);
    }
    await render(page);
    await passSeconds(60);
    expect(app.start).toHaveBeenCalledTimes(1);
    expect(app.refresh).toHaveBeenCalledTimes(1);
    expect(app.running()).toBe(1);
    expect(place.textContent).toBe('active');

    await render(null);
    await passSeconds(1);
    expect(app.running()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is one where 100 mounts and unmounts, each in a root of its own, do not wait for it', async () => {
    const app = application();
    const page = () => h(StrictMode, null, provide({ start: app.start }, h(Status)));
    for (let mount = 0; mount < 100; mount++) {
      const another = createRoot(document.createElement('div'));
      act(() => another.render(page()));
      act(() => another.unmount());
    }
    await render(page());
    expect(place.textContent).toBe('active');
    expect(app.start).toHaveBeenCalledTimes(1);
    expect(app.refresh).toHaveBeenCalledTimes(1);
  });

  test('is one for two providers, and lives as long as either', async () => {
    const app = application();
    const one = provide({ start: app.start, key: 1 } as EvertokenProviderProps, h(Status));
    const two = provide({ start: app.start, key: 2 } as EvertokenProviderProps, h(Status));
    await render([one, two]);
    expect(place.textContent).toBe('activeactive');
    expect(app.start).toHaveBeenCalledTimes(1);
    await render([two]);
    await passSeconds(10);
    expect(app.running()).toBe(1);
  });

  test('is stopped a second after the last provider has gone, and started anew by the next', async () => {
    const app = application();
    await render(provide({ start: app.start }, h(Status)));
    await render(null);
    await passSeconds(0.9);
    expect(app.running()).toBe(1);
    await passSeconds(0.1);
    expect(app.running()).toBe(0);
    expect(vi.getTimerCount()).toBe(0);

    await render(provide({ start: app.start }, h(Status)));
    expect(place.textContent).toBe('active');
    expect(app.start).toHaveBeenCalledTimes(2);
    expect(app.running()).toBe(1);
  });

  test('is stopped where it arrives after the provider has gone', async () => {
    const app = application();
    const wasm = deferred();
    await render(provide({ start: () => wasm.promise.then(app.start) }, h(Status)));
    await render(null);
    await passSeconds(1);
    wasm.resolve();
    await passSeconds(0);
    expect(app.start).toHaveBeenCalledTimes(1);
    expect(app.running()).toBe(0);
  });

  test('outlives renders with an inline arrow', async () => {
    const app = application();
    for (let time = 0; time < 10; time++) {
      await render(h(StrictMode, null, provide({ start: () => app.start() }, h(Status))));
      await passSeconds(5);
    }
    expect(app.start).toHaveBeenCalledTimes(1);
    expect(app.running()).toBe(1);
  });

  test('gives way to the session of other code, as after a hot reload', async () => {
    const before = application();
    const after = application();
    const Name = () => String(useSession().claims?.name);
    after.refresh.mockResolvedValue({ accessToken: tokenOf('Grace'), expiresIn: 7200 });
    await render(provide({ start: () => before.start() }, h(Name)));
    expect(place.textContent).toBe('Ada');
    await render(provide({ start: () => after.start() }, h(Name)));
    expect(place.textContent).toBe('Grace');
    await passSeconds(1);
    expect([before.running(), after.running()]).toEqual([0, 1]);
    expect(after.start).toHaveBeenCalledTimes(1);
  });

  test('gives way where a hot reload mounts the provider again with a function of the same code', async () => {
    const app = application();
    const module = () => () => app.start();
    await render(h('div', { key: 1 }, provide({ start: module() }, h(Status))));
    await render(h('div', { key: 2 }, provide({ start: module() }, h(Status))));
    await passSeconds(1);
    expect(app.sessions.map(isRunning)).toEqual([false, true]);
    expect(place.textContent).toBe('active');
  });

  test('is one where the provider is below a suspense boundary, before and after the first render', async () => {
    const app = application();
    let isReady = false;
    let ready = deferred();
    const Slow = () => {
      if (!isReady) throw ready.promise;
      return 'ready';
    };
    const page = () => h(Suspense, { fallback: 'wait' }, provide({ start: app.start }, h(Status), ' ', h(Slow)));
    await render(page());
    expect(place.textContent).toBe('wait');
    expect(app.start).not.toHaveBeenCalled();

    const finish = () =>
      act(async () => {
        isReady = true;
        ready.resolve();
      });
    await finish();
    expect(place.textContent).toBe('active ready');

    isReady = false;
    ready = deferred();
    await render(page());
    expect(place.textContent).toContain('wait');
    await passSeconds(10);
    expect(app.running()).toBe(1);
    await finish();
    expect(place.textContent).toBe('active ready');
    expect(app.start).toHaveBeenCalledTimes(1);
  });
});

describe('a start that fails', () => {
  class Boundary extends Component<{ children?: ReactNode }, { error?: Error | undefined }> {
    override state: { error?: Error | undefined } = {};
    static getDerivedStateFromError = (error: Error) => ({ error });
    override render() {
      const { error } = this.state;
      if (!error) return this.props.children;
      return h('button', { type: 'button', onClick: () => this.setState({ error: undefined }) }, error.message);
    }
  }

  test.each([
    ['rejects', async () => Promise.reject(new Error('no WebAssembly'))],
    [
      'throws',
      () => {
        throw new Error('no WebAssembly');
      },
    ],
  ])('is thrown to the error boundary, and tried again by the next mount (it %s)', async (_, fail) => {
    vi.spyOn(console, 'error').mockReturnValue();
    const app = application();
    const start = vi.fn<() => Promise<Session>>(app.start).mockImplementationOnce(fail);
    const Countdown = () => useIdleCountdown();
    await render(h(StrictMode, null, h(Boundary, null, provide({ start }, h(Status), h(Countdown)))));
    expect(place.textContent).toBe('no WebAssembly');
    expect(start).toHaveBeenCalledTimes(1);

    await act(async () => place.querySelector('button')?.click());
    expect(place.textContent).toBe('active');
    expect(start).toHaveBeenCalledTimes(2);
  });

  test('is a typed error of the package for options that cannot be', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    const start = () => startRefreshLoop({ refresh: false, idleTimeout: 'soon' });
    await render(h(Boundary, null, provide({ start }, h(Status))));
    expect(place.textContent).toContain('idleTimeout');
  });
});

describe('a session of the application', () => {
  test('is there at the first render, and is left running without a listener', async () => {
    const app = application();
    const session = await app.start();
    let listeners = 0;
    const { subscribe } = session;
    session.subscribe = (listener) => {
      const unsubscribe = subscribe(listener);
      listeners += 1;
      return () => {
        listeners -= 1;
        unsubscribe();
      };
    };
    const seen: string[] = [];
    const Seen = () => {
      seen.push(useSession().status);
      return null;
    };
    for (let mount = 0; mount < 3; mount++) {
      await render(provide({ session }, h(Seen)));
      expect(listeners).toBe(1);
      await render(null);
      await passSeconds(1);
      expect(listeners).toBe(0);
    }
    expect(seen).toEqual(['active', 'active', 'active']);
    expect(app.running()).toBe(1);
    session.stop();
  });

  test('may be a promise, and be replaced by another', async () => {
    const one = application();
    const two = application();
    two.refresh.mockResolvedValue({ accessToken: tokenOf('Grace'), expiresIn: 7200 });
    const Name = () => useSession().claims?.name as string;
    await render(provide({ session: one.start() }, h(Name)));
    expect(place.textContent).toBe('Ada');
    await render(provide({ session: two.start() }, h(Name)));
    expect(place.textContent).toBe('Grace');
    await passSeconds(1);
    expect([one.running(), two.running()]).toEqual([1, 1]);
    one.session.stop();
    two.session.stop();
  });
});

describe('useSession', () => {
  test('renders again only when what was read changes', async () => {
    const app = application({ idleTimeout: '1h' });
    const seen = { status: [] as string[], name: [] as unknown[], snapshot: 0, nothing: 0 };
    const StatusOnly = () => {
      const { status } = useSession();
      seen.status.push(status);
      return null;
    };
    const NameOnly = () => {
      seen.name.push(useSession().claims?.name);
      return null;
    };
    const Whole = () => {
      seen.snapshot += useSession().snapshot ? 1 : 0;
      return null;
    };
    const Nothing = () => {
      useSession();
      seen.nothing += 1;
      return null;
    };
    await render(provide({ start: app.start }, h(StatusOnly), h(NameOnly), h(Whole), h(Nothing)));
    const { session } = app;
    for (let time = 0; time < 5; time++) {
      await passSeconds(60);
      await act(async () => session.recordActivity());
      await act(() => session.refresh());
    }
    expect(app.refresh).toHaveBeenCalledTimes(6);
    await act(() => session.signOut());
    await act(async () => session.setTokens({ accessToken: tokenOf('Grace'), expiresIn: 7200 }));

    expect(seen.status).toEqual(['starting', 'active', 'ended', 'active']);
    expect(seen.snapshot).toBeGreaterThan(15);
    expect(seen.name).toEqual([undefined, ...Array(6).fill('Ada'), undefined, 'Grace']);
    expect(seen.nothing).toBe(1);
  });

  test('renders again for what was first read after the render', async () => {
    const app = application();
    let readStatus = (): string => '';
    let renders = 0;
    const Late = () => {
      const state = useSession();
      renders += 1;
      readStatus = () => state.status;
      return null;
    };
    await render(provide({ start: app.start }, h(Late)));
    expect(renders).toBe(1);
    expect(readStatus()).toBe('active');
    await act(() => app.session.signOut());
    expect(renders).toBe(2);
    expect(readStatus()).toBe('ended');
  });

  test('shows a component that mounts later what there is', async () => {
    const app = application();
    await render(provide({ start: app.start }));
    await render(provide({ start: app.start }, h(Status)));
    expect(place.textContent).toBe('active');
  });

  test('gives the session, whose methods a handler uses', async () => {
    const app = application();
    const SignOut = () => {
      const { session, status } = useSession();
      return h('button', { type: 'button', onClick: () => session?.signOut() }, status);
    };
    await render(provide({ start: app.start }, h(SignOut)));
    await act(async () => place.querySelector('button')?.click());
    expect(place.textContent).toBe('ended');
  });

  test('says where a provider is missing, and what a provider lacks', () => {
    expect(thrownBy(() => renderToString(h(Status)))).toMatchObject({
      message: expect.stringMatching(/Provider> above/),
    });
    // @ts-expect-error neither `start` nor `session`
    const nothing: EvertokenProviderProps = {};
    expect(thrownBy(() => renderToString(provide(nothing)))).toMatchObject({
      message: expect.stringContaining('neither `start` nor `session`'),
    });
    // @ts-expect-error both
    const both: EvertokenProviderProps = { start: application().start, session: application().start() };
    expect(both).toBeDefined();
  });
});

describe('useIdleCountdown', () => {
  const shown: (number | undefined)[] = [];
  const Countdown = () => {
    const seconds = useIdleCountdown();
    shown.push(seconds);
    return seconds ?? 'none';
  };
  beforeEach(() => {
    shown.length = 0;
  });

  test('renders once a second, from the absolute time, and ends with the session', async () => {
    const app = application({ idleTimeout: '5s', idleWarning: 0 });
    await render(provide({ start: app.start }, h(Countdown)));
    expect(shown).toEqual([undefined, 5]);
    for (const left of [4, 3]) {
      await passSeconds(0.999);
      expect(shown.at(-1)).toBe(left + 1);
      await passSeconds(0.001);
      expect(shown.at(-1)).toBe(left);
    }
    await passSeconds(0.3);
    await act(async () => app.session.recordActivity());
    expect(shown).toEqual([undefined, 5, 4, 3, 5]);
    for (let second = 0; second < 4; second++) await passSeconds(1);
    await passSeconds(0.999);
    expect(shown).toEqual([undefined, 5, 4, 3, 5, 4, 3, 2, 1]);
    await passSeconds(0.001);
    expect(app.session.snapshot.status).toBe('ended');
    expect(shown.at(-1)).toBeUndefined();
  });

  test('has one timer, while it is mounted and there is something to count', async () => {
    const app = application({ idleTimeout: '5m' });
    const page = (...children: ReactNode[]) => h(StrictMode, null, provide({ start: app.start }, ...children));
    await render(page());
    await passSeconds(1);
    const timers = vi.getTimerCount();
    await render(page(h(Countdown)));
    expect(vi.getTimerCount()).toBe(timers + 1);
    await passSeconds(3);
    expect(vi.getTimerCount()).toBe(timers + 1);
    await render(page());
    expect(vi.getTimerCount()).toBe(timers);

    await render(page(h(Countdown)));
    await act(() => app.session.signOut());
    expect(place.textContent).toBe('none');
    const afterwards = vi.getTimerCount();
    await render(page());
    expect(vi.getTimerCount()).toBe(afterwards);
  });

  test('is undefined, and needs no timer, where there is no idle limit', async () => {
    const app = application();
    await render(provide({ start: app.start }));
    await passSeconds(1);
    const timers = vi.getTimerCount();
    await render(provide({ start: app.start }, h(Countdown)));
    expect(vi.getTimerCount()).toBe(timers);
    await passSeconds(10);
    expect(shown).toEqual([undefined]);
  });

  test('shows the right second after timers that came late', async () => {
    const app = application({ idleTimeout: '1m' });
    await render(provide({ start: app.start }, h(Countdown)));
    const endsAt = app.session.snapshot.idleEndsAt ?? 0;
    vi.setSystemTime(Date.now() + 1_500);
    await passSeconds(1);
    expect(app.session.snapshot.idleEndsAt).toBe(endsAt);
    expect(shown.at(-1)).toBe(Math.ceil(endsAt - Date.now() / 1000));
    await passSeconds(0.5);
    // And 59 where React looked again right after the jump, before any timer came.
    expect([
      [60, 58, 57],
      [60, 59, 58, 57],
    ]).toContainEqual(shown.slice(1));
  });
});

describe('on a server', () => {
  const Page = () => {
    const { status, session, claims } = useSession();
    return `${status} ${session ? 'a session' : 'none'} ${claims?.name ?? 'nobody'} ${useIdleCountdown() ?? 'no limit'}`;
  };

  test('nothing is started, and the page takes the markup over', async () => {
    const app = application({ idleTimeout: '5m' });
    const page = h(StrictMode, null, provide({ start: app.start }, h(Page)));
    const html = renderToString(page);
    expect(html).toBe('starting none nobody no limit');
    await passSeconds(10);
    expect(app.start).not.toHaveBeenCalled();

    const faults = vi.fn();
    place = document.createElement('div');
    place.innerHTML = html;
    await act(async () => {
      root = hydrateRoot(place, page, { onRecoverableError: faults });
    });
    expect(place.textContent).toBe('active a session Ada 300');
    expect(faults).not.toHaveBeenCalled();
    expect(app.start).toHaveBeenCalledTimes(1);
  });

  test('a session given shows as starting, as the page will hydrate it', async () => {
    const app = application();
    const session = await app.start();
    expect(renderToString(provide({ session }, h(Page)))).toBe('starting none nobody no limit');
    session.stop();
  });
});
