// @vitest-environment happy-dom
import type { ApplicationRef } from '@angular/core';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Session, startRefreshLoop } from '../../js/index.js';

describe('with zone.js', () => {
  let passes = 0;
  let runs = 0;
  let application: ApplicationRef | undefined;

  // zone.js takes over the timers that it finds, so the false ones come first.
  beforeAll(async () => {
    vi.useFakeTimers();
    vi.spyOn(console, 'log').mockReturnValue(); // that Angular runs in development mode
    await import('zone.js');
    await import('@angular/compiler');
    return () => vi.useRealTimers();
  });
  beforeEach(() => {
    document.body.innerHTML = '<app-root></app-root>';
  });
  afterEach(() => {
    application?.destroy();
  });

  const text = () => document.querySelector('app-root')?.textContent;

  /** An application whose component counts the passes of change detection. */
  async function applicationWith(start: () => Promise<Session>) {
    const { afterEveryRender, Component, provideZoneChangeDetection } = await import('@angular/core');
    const { bootstrapApplication } = await import('@angular/platform-browser');
    const { EVERTOKEN, injectEvertoken, provideEvertoken } = await import('../../js/angular.js');
    const App = Component({
      selector: 'app-root',
      template: '{{ evertoken.status() }}',
      host: { 'data-run': `${++runs}` },
    })(
      class {
        readonly evertoken = injectEvertoken();
        constructor() {
          afterEveryRender(() => passes++);
        }
      },
    );
    const providers = [provideZoneChangeDetection(), provideEvertoken(start)];
    application = await bootstrapApplication(App, { providers });
    await vi.advanceTimersByTimeAsync(50);
    passes = 0;
    return application.injector.get(EVERTOKEN).session() as Session;
  }

  const start = () =>
    startRefreshLoop({ refresh: () => null, tokens: { accessToken: 'one', expiresIn: 86_400 }, checkInterval: '60s' });

  it('sixty checks of an idle session cause no change detection, and its end causes one', async () => {
    const session = await applicationWith(start);
    const checks = new Set<unknown>();
    session.subscribe(() => checks.add(session.snapshot.nextCheckAt));
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    expect(checks.size).toBeGreaterThanOrEqual(59);
    expect({ text: text(), passes }).toEqual({ text: 'active', passes: 0 });
    await session.signOut();
    await vi.advanceTimersByTimeAsync(50);
    expect(text()).toBe('ended');
    expect(passes).toBeGreaterThan(0);
  });

  it('the session is started outside the zone, whose timers do cause change detection', async () => {
    const { NgZone } = await import('@angular/core');
    let startedInside: boolean | undefined;
    await applicationWith(() => {
      startedInside = NgZone.isInAngularZone();
      return start();
    });
    expect(startedInside).toBe(false);
    application?.injector.get(NgZone).run(() => setTimeout(() => {}, 10));
    passes = 0;
    await vi.advanceTimersByTimeAsync(20);
    expect(passes).toBeGreaterThan(0);
  });
});
