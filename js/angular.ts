import { isPlatformBrowser } from '@angular/common';
import {
  HttpContext,
  HttpContextToken,
  HttpErrorResponse,
  type HttpInterceptorFn,
  type HttpRequest,
} from '@angular/common/http';
import {
  computed,
  DestroyRef,
  type EnvironmentProviders,
  InjectionToken,
  inject,
  makeEnvironmentProviders,
  NgZone,
  PLATFORM_ID,
  provideAppInitializer,
  type Signal,
  signal,
  untracked,
} from '@angular/core';
import { type CanActivateFn, Router, type UrlTree } from '@angular/router';
import { catchError, Observable, switchMap } from 'rxjs';
import { bearerFor, replacementFor } from './bearer.js';
import { countdownTo } from './countdown.js';
import type { Claims, Session, Snapshot } from './types.js';

/** The session of an application, in signals. They notify only when their value changes. */
export interface Evertoken {
  /** The session, once it has started; `undefined` until then, and on a server. */
  readonly session: Signal<Session | undefined>;
  /** `'starting'` until the session is there, and on a server. */
  readonly status: Signal<Snapshot['status']>;
  /** The claims of the access token in hand, frozen; `undefined` for an opaque token and without one. Not verified. */
  readonly claims: Signal<Readonly<Claims> | undefined>;
  /**
   * Whole seconds until the session ends for want of activity; `undefined` without such a limit. It counts down while a
   * template or an effect reads it, and costs nothing otherwise.
   */
  readonly idleSecondsLeft: Signal<number | undefined>;
  /** The whole snapshot. It changes at every check, so read it in a template only where that is wanted. */
  readonly snapshot: Signal<Snapshot | undefined>;
  /** Resolves when the first attempt is over, on a server at once; rejects as the start does. */
  readonly started: Promise<Session | undefined>;
}

type Token = string | undefined;

interface Running extends Evertoken {
  start(make: () => Session | PromiseLike<Session>): Promise<unknown> | undefined;
}

/** The session of the application. {@link injectEvertoken} injects it. */
export const EVERTOKEN = /* @__PURE__ */ new InjectionToken<Evertoken>(
  'EVERTOKEN (add provideEvertoken() to the providers of the application)',
);

/** The session of the application. To be called where `inject()` may be. */
export function injectEvertoken(): Evertoken {
  return inject(EVERTOKEN);
}

/**
 * Starts a session with the application, in a browser only, and stops it when the application is destroyed. The
 * application waits for the first attempt, and a start that rejects fails it. For the providers of the application:
 *
 * ```ts
 * provideHttpClient(withInterceptors([evertokenInterceptor])),
 * provideEvertoken(() => startRefreshLoop({ refresh: { endpoint: '/auth/refresh' } })),
 * ```
 *
 * `start` is called in an injection context and outside the Angular zone, where the loop's timers cause no change
 * detection. Listeners of `session.on()` are called there too. A refresh function that uses `HttpClient` should mark its
 * requests by {@link withoutSession}.
 */
export function provideEvertoken(start: () => Session | PromiseLike<Session>): EnvironmentProviders {
  return makeEnvironmentProviders([
    { provide: EVERTOKEN, useFactory: createEvertoken },
    provideAppInitializer(() => (inject(EVERTOKEN) as Running).start(start)),
  ]);
}

/** Marks a request as none of the session's: {@link evertokenInterceptor} leaves it alone. */
export const WITHOUT_SESSION = /* @__PURE__ */ new HttpContextToken<boolean>(() => false);

/**
 * The context of a request that is none of the session's: `http.post(url, body, { context: withoutSession() })`. A refresh
 * function marks its requests so. Unmarked, they would get the token that they are to replace, or fail with
 * `ERR_REFRESH_REENTRANT` where none is left.
 */
export function withoutSession(context: HttpContext = new HttpContext()): HttpContext {
  return context.set(WITHOUT_SESSION, true);
}

/**
 * Sends requests of `HttpClient` with a bearer (RFC 6750, section 2.1) where `session.allows()` their URL. On a 401 it
 * refreshes once, for all requests that fail so, and sends once more. A second 401, or the first where no new token can be
 * had, is the caller's. A request errors with `ERR_TOKEN_UNAVAILABLE` where it gets no token in time.
 *
 * It leaves alone: requests with their own `Authorization`, those marked by {@link withoutSession}, the session's own
 * endpoints, and all of them before the session has started and after it has ended.
 */
export const evertokenInterceptor: HttpInterceptorFn = (request, next) => {
  const session = untracked(inject(EVERTOKEN).session);
  if (!session) return next(request);
  const isForeign = request.context.get(WITHOUT_SESSION) || request.headers.has('Authorization');
  const asked = { url: request.urlWithParams, isForeign };
  return answerOf((signal) => bearerFor(session, { ...asked, signal })).pipe(
    switchMap((token) => {
      if (token === undefined) return next(request);
      return next(withBearer(request, token)).pipe(
        catchError((error: unknown) => {
          // Elsewhere, after a redirect, the token was not sent and is not to blame.
          if (!isUnauthorized(error) || (error.url && !session.allows(error.url))) throw error;
          return answerOf((signal) => replacementFor(session, token, signal)).pipe(
            switchMap((replacement) => {
              if (replacement === undefined) throw error;
              return next(withBearer(request, replacement));
            }),
          );
        }),
      );
    }),
  );
};

/**
 * Lets people in while the session has not ended, after waiting for its start. Others are sent to `redirectTo`, a path or
 * what a function makes of the URL asked for; without it they stay where they are. On a server everyone is let in, since
 * only the browser knows: `canActivate: [sessionGuard('/sign-in')]`.
 */
export function sessionGuard(redirectTo?: string | ((url: string) => string | UrlTree)): CanActivateFn {
  return async (_route, { url }) => {
    const router = inject(Router);
    const { started, status } = inject(EVERTOKEN);
    await started;
    if (untracked(status) !== 'ended') return true;
    const target = typeof redirectTo === 'function' ? redirectTo(url) : redirectTo;
    return typeof target === 'string' ? router.parseUrl(target) : (target ?? false);
  };
}

function createEvertoken(): Running {
  const zone = inject(NgZone);
  const isBrowser = isPlatformBrowser(inject(PLATFORM_ID));
  const session = signal<Session | undefined>(undefined);
  const snapshot = signal<Snapshot | undefined>(undefined);
  // Signals of their own, not computed ones: those would bring a change detection to find that nothing has changed.
  const status = signal<Snapshot['status']>('starting');
  const claims = signal<Readonly<Claims> | undefined>(undefined);
  const idleEndsAt = signal<number | undefined>(undefined);

  let settle: (session?: Session | PromiseLike<never>) => void = () => {};
  const started = new Promise<Session | undefined>((resolve) => {
    settle = resolve;
  });
  let destroyed = false;
  inject(DestroyRef).onDestroy(() => {
    destroyed = true;
    untracked(session)?.stop();
  });

  const follow = (running: Session) => {
    settle(running);
    if (destroyed) return running.stop();
    const update = () => {
      snapshot.set(running.snapshot);
      status.set(running.snapshot.status);
      claims.set(running.claims);
      idleEndsAt.set(running.snapshot.idleEndsAt);
    };
    running.subscribe(update);
    update();
    session.set(running);
  };

  return {
    session: session.asReadonly(),
    status: status.asReadonly(),
    claims: claims.asReadonly(),
    idleSecondsLeft: tickingCountdown(idleEndsAt, zone),
    snapshot: snapshot.asReadonly(),
    started,
    start(make) {
      if (!isBrowser) {
        settle();
        return undefined;
      }
      const made = zone.runOutsideAngular(make);
      // One that is there already, as in a test, is followed at once.
      if (!('then' in made)) {
        follow(made);
        return undefined;
      }
      made.then(follow, (error) => settle(Promise.reject(error)));
      return started;
    },
  };
}

/** A timer for the next second is set by whoever reads the value, so it ticks only while it is read. */
function tickingCountdown(endsAt: Signal<number | undefined>, zone: NgZone): Signal<number | undefined> {
  const ticks = signal(0);
  let timer: ReturnType<typeof setTimeout> | undefined;
  inject(DestroyRef).onDestroy(() => clearTimeout(timer));
  return computed(() => {
    ticks();
    clearTimeout(timer);
    const { seconds, nextIn = 0 } = countdownTo(endsAt()) ?? {};
    const next = () => ticks.update((count) => count + 1);
    if (nextIn) timer = zone.runOutsideAngular(() => setTimeout(next, nextIn));
    return seconds;
  });
}

/** What `ask` answers, at once where it is no promise. Its signal is aborted when nobody waits any more. */
function answerOf(ask: (signal: AbortSignal) => Token | Promise<Token>): Observable<Token> {
  return new Observable((subscriber) => {
    const leaving = new AbortController();
    const done = (answer: Token) => {
      subscriber.next(answer);
      subscriber.complete();
    };
    const answer = ask(leaving.signal);
    // Under zone.js not every promise is an instance of the global Promise.
    if (typeof answer === 'object') answer.then(done, (error) => subscriber.error(error));
    else done(answer);
    return () => leaving.abort();
  });
}

function withBearer(request: HttpRequest<unknown>, token: string): HttpRequest<unknown> {
  return request.clone({ setHeaders: { Authorization: `Bearer ${token}` } });
}

function isUnauthorized(error: unknown): error is HttpErrorResponse {
  return error instanceof HttpErrorResponse && error.status === 401;
}
