// @vitest-environment happy-dom
import '@angular/compiler';
import {
  type ApplicationRef,
  afterEveryRender,
  Component,
  PLATFORM_ID,
  provideZonelessChangeDetection,
} from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { bootstrapApplication } from '@angular/platform-browser';
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing';
import { provideRouter, Router } from '@angular/router';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { EVERTOKEN, injectEvertoken, provideEvertoken, sessionGuard } from '../../js/angular.js';
import { type Options, type Session, startRefreshLoop } from '../../js/index.js';

beforeAll(() => {
  TestBed.initTestEnvironment(BrowserTestingModule, platformBrowserTesting());
});
afterEach(() => {
  TestBed.resetTestingModule();
});

function startWith(options: Partial<Options> = {}) {
  const refresh = () => token('ada', 7200);
  return startRefreshLoop({ refresh, tokens: token('ada', 86_400), ...options } as Options);
}

/** An unsigned JWT. */
function token(sub: string, lifetime: number) {
  const part = (value: object) => btoa(JSON.stringify(value)).replaceAll('=', '');
  const iat = Math.floor(Date.now() / 1000);
  return `${part({ alg: 'none' })}.${part({ sub, iat, exp: iat + lifetime })}.`;
}

describe('change detection', () => {
  let passes = 0;
  let application: ApplicationRef | undefined;

  const shows = (template: string) =>
    Component({ selector: 'app-root', template, host: { 'data-template': template } })(
      class {
        readonly evertoken = injectEvertoken();
        constructor() {
          afterEveryRender(() => passes++);
        }
      },
    );

  /** A running application, and its page's text. Nothing has been counted yet. */
  async function applicationThatShows(template: string, options: Partial<Options>) {
    document.body.innerHTML = '<app-root></app-root>';
    const providers = [provideZonelessChangeDetection(), provideEvertoken(() => startWith(options))];
    application = await bootstrapApplication(shows(template), { providers });
    const session = application.injector.get(EVERTOKEN).session() as Session;
    await vi.advanceTimersByTimeAsync(50);
    passes = 0;
    return { session, text: () => document.querySelector('app-root')?.textContent };
  }

  const leave = () => {
    application?.destroy();
    application = undefined;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(console, 'log').mockReturnValue(); // that Angular runs in development mode
  });
  afterEach(() => {
    leave();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('is not caused by sixty checks of an idle session', async () => {
    const template = '{{ evertoken.status() }} {{ evertoken.claims()?.sub }} {{ evertoken.idleSecondsLeft() }}';
    const { session, text } = await applicationThatShows(template, {});
    expect(text()).toBe('active ada ');
    const checks = new Set<unknown>();
    session.subscribe(() => checks.add(session.snapshot.nextCheckAt));
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(checks.size).toBeGreaterThanOrEqual(59);
    expect(passes).toBe(0);

    await session.signOut();
    await vi.advanceTimersByTimeAsync(50);
    expect(text()).toBe('ended  ');
    expect(passes).toBe(1);
  });

  it('comes once a second with a countdown in the page, and not with one that nobody reads', async () => {
    const options = { idleTimeout: '60s', activity: 'manual' } as const;
    const { session, text } = await applicationThatShows('{{ evertoken.idleSecondsLeft() }}', options);
    expect(text()).toBe('60');
    await vi.advanceTimersByTimeAsync(5_000);
    expect({ text: text(), passes }).toEqual({ text: '55', passes: 5 });
    session.recordActivity();
    await vi.advanceTimersByTimeAsync(1_050);
    expect(text()).toBe('59');
    await vi.advanceTimersByTimeAsync(59_000);
    expect(text()).toBe('');

    leave();
    const unread = await applicationThatShows('{{ evertoken.status() }}', options);
    await vi.advanceTimersByTimeAsync(30_000);
    expect({ text: unread.text(), passes }).toEqual({ text: 'active', passes: 0 });
  });

  it('is not needed to read the countdown, which then sets no second timer', async () => {
    const options = { idleTimeout: '60s', activity: 'manual' } as const;
    await applicationThatShows('', options);
    await vi.advanceTimersByTimeAsync(9_950);
    const idleSecondsLeft = application?.injector.get(EVERTOKEN).idleSecondsLeft;
    const timers = vi.getTimerCount();
    expect([idleSecondsLeft?.(), idleSecondsLeft?.()]).toEqual([50, 50]);
    expect(vi.getTimerCount()).toBe(timers + 1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(vi.getTimerCount()).toBe(timers);
    expect(idleSecondsLeft?.()).toBe(40);
    leave();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('sessionGuard', () => {
  const guarded = [
    { path: 'sign-in', children: [] },
    { path: 'refused', canActivate: [sessionGuard()], children: [] },
    { path: 'inside', canActivate: [sessionGuard('/sign-in')], children: [] },
    {
      path: 'back',
      canActivate: [sessionGuard((url) => `/sign-in?back=${encodeURIComponent(url)}`)],
      children: [],
    },
  ];
  const routerWith = (start: () => Session | Promise<Session>, platform = 'browser') => {
    TestBed.configureTestingModule({
      providers: [provideRouter(guarded), provideEvertoken(start), { provide: PLATFORM_ID, useValue: platform }],
    });
    return TestBed.inject(Router);
  };

  it('waits for the start, and lets in', async () => {
    let start: (session: Session) => void = () => {};
    const starting = new Promise<Session>((resolve) => {
      start = resolve;
    });
    const router = routerWith(() => starting);
    const navigation = router.navigateByUrl('/inside');
    let isOver = false;
    navigation.then(() => {
      isOver = true;
    });
    await new Promise(setImmediate);
    expect(isOver).toBe(false);
    start(await startWith({}));
    expect(await navigation).toBe(true);
    expect(router.url).toBe('/inside');
  });

  it('sends away where the session has ended', async () => {
    const router = routerWith(() => startWith({ tokens: undefined, refresh: () => null }));
    await router.navigateByUrl('/inside');
    expect(router.url).toBe('/sign-in');
    await router.navigateByUrl('/back?page=2');
    expect(router.url).toBe('/sign-in?back=%2Fback%3Fpage%3D2');
    expect(await router.navigateByUrl('/refused')).toBe(false);
    expect(router.url).toBe('/sign-in?back=%2Fback%3Fpage%3D2');
  });

  it('lets in on a server', async () => {
    const router = routerWith(() => startWith({}), 'server');
    expect(await router.navigateByUrl('/inside')).toBe(true);
  });
});
