import '@angular/compiler';
import {
  HttpClient,
  type HttpErrorResponse,
  provideHttpClient,
  withFetch,
  withInterceptors,
} from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import {
  ApplicationInitStatus,
  inject,
  PLATFORM_ID,
  type Provider,
  provideZonelessChangeDetection,
} from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { BrowserTestingModule, platformBrowserTesting } from '@angular/platform-browser/testing';
import { Window } from 'happy-dom';
import { firstValueFrom } from 'rxjs';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  EVERTOKEN,
  type Evertoken,
  evertokenInterceptor,
  injectEvertoken,
  provideEvertoken,
  withoutSession,
} from '../../js/angular.js';
import { type Options, type Session, startRefreshLoop } from '../../js/index.js';
import { sessionOverDouble } from '../js/double.js';
import { answering, localServer } from '../js/server.js';

const server = localServer();

beforeAll(() => {
  // A document is all that is needed: requests are Node's own.
  vi.stubGlobal('document', new Window().document);
  TestBed.initTestEnvironment(BrowserTestingModule, platformBrowserTesting());
});
afterEach(() => {
  TestBed.resetTestingModule();
  vi.useRealTimers();
});

/** An application around a session, after its start. */
async function applicationWith(start: () => Session | Promise<Session>, ...more: Provider[]) {
  TestBed.configureTestingModule({
    providers: [
      provideZonelessChangeDetection(),
      provideHttpClient(withFetch(), withInterceptors([evertokenInterceptor])),
      provideEvertoken(start),
      ...more,
    ],
  });
  const http = TestBed.inject(HttpClient);
  const evertoken = TestBed.inject(EVERTOKEN);
  await evertoken.started;
  return { http, evertoken, get: (path: string) => firstValueFrom(http.get(server.origin + path)) };
}

function startWith(options: Partial<Options>) {
  const refresh = () => ({ accessToken: 'two', expiresIn: 3600 });
  const tokens = { accessToken: 'one', expiresIn: 3600 };
  return startRefreshLoop({ refresh, tokens, allowedOrigins: [server.origin], ...options } as Options);
}

/** Refuses every token but one. */
function accepting(token: string) {
  server.answer = (response, seen) =>
    seen.headers.authorization === `Bearer ${token}`
      ? answering({ url: seen.url })(response, seen)
      : answering({ error: 'invalid_token' }, 401)(response, seen);
}

const bearers = () => server.seen.map(({ headers }) => headers.authorization);

describe('evertokenInterceptor', () => {
  it('sends the token to allowed origins', async () => {
    const { get } = await applicationWith(() => startWith({}));
    await get('/api/me?page=2');
    expect(bearers()).toEqual(['Bearer one']);
  });

  it('sends at once where a token is held, so HttpTestingController finds the request', async () => {
    const { http } = await applicationWith(() => startWith({}), provideHttpClientTesting());
    const answer = firstValueFrom(http.get(`${server.origin}/api/me`));
    const sent = TestBed.inject(HttpTestingController).expectOne(`${server.origin}/api/me`);
    expect(sent.request.headers.get('Authorization')).toBe('Bearer one');
    sent.flush('hello');
    expect(await answer).toBe('hello');
  });

  it('sends nothing elsewhere', async () => {
    const { get } = await applicationWith(() => startWith({ allowedOrigins: ['https://api.example.com'] }));
    await get('/api/me');
    expect(bearers()).toEqual([undefined]);
  });

  it('makes one refresh and ten replays for ten requests that fail at once', async () => {
    accepting('two');
    const refresh = vi.fn(async () => ({ accessToken: 'two', expiresIn: 3600 }));
    const { get } = await applicationWith(() => startWith({ refresh }));
    const paths = Array.from({ length: 10 }, (_, index) => `/api/${index}`);
    expect(await Promise.all(paths.map(get))).toEqual(paths.map((url) => ({ url })));
    expect(refresh).toHaveBeenCalledTimes(1);
    expect(bearers().filter((bearer) => bearer === 'Bearer one')).toHaveLength(10);
    expect(bearers().filter((bearer) => bearer === 'Bearer two')).toHaveLength(10);
  });

  it('replays without a refresh where a newer token is held by then', async () => {
    const refresh = vi.fn(() => ({ accessToken: 'two', expiresIn: 3600 }));
    const { get, evertoken } = await applicationWith(() => startWith({ refresh }));
    server.answer = async (response, seen) => {
      if (seen.headers.authorization === 'Bearer one') await evertoken.session()?.refresh();
      accepting('two');
      server.answer(response, seen);
    };
    expect(await get('/late')).toEqual({ url: '/late' });
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('gives a second 401 to the caller', async () => {
    accepting('none');
    const { get } = await applicationWith(() => startWith({}));
    await expect(get('/api/me')).rejects.toMatchObject({ status: 401 });
    expect(bearers()).toEqual(['Bearer one', 'Bearer two']);
  });

  it('gives the first 401 to the caller where no new token can be had', async () => {
    accepting('none');
    const { get } = await applicationWith(() => startWith({ refresh: () => null }));
    await expect(get('/api/me')).rejects.toMatchObject({ status: 401, error: { error: 'invalid_token' } });
    expect(bearers()).toEqual(['Bearer one']);
  });

  it('makes no refresh for another error', async () => {
    server.answer = answering({}, 403);
    const refresh = vi.fn(() => 'two');
    const { get } = await applicationWith(() => startWith({ refresh }));
    await expect(get('/api/me')).rejects.toMatchObject({ status: 403 });
    expect(refresh).not.toHaveBeenCalled();
  });

  it('makes no refresh for a 401 from elsewhere, after a redirect', async () => {
    const elsewhere = server.origin.replace('127.0.0.1', 'localhost');
    server.answer = (response, seen) => {
      if (seen.url === '/moved') answering({}, 401)(response, seen);
      else response.writeHead(302, { location: `${elsewhere}/moved` }).end();
    };
    const refresh = vi.fn(() => 'two');
    const { get } = await applicationWith(() => startWith({ refresh }));
    const failure = (await get('/api/me').catch((error) => error)) as HttpErrorResponse;
    expect([failure.status, failure.url]).toEqual([401, `${elsewhere}/moved`]);
    expect(refresh).not.toHaveBeenCalled();
  });

  it('leaves alone a request with an Authorization of its own, and a marked one', async () => {
    accepting('none');
    const refresh = vi.fn(() => 'two');
    const { http } = await applicationWith(() => startWith({ refresh }));
    const send = (options: object) => firstValueFrom(http.get(`${server.origin}/api/me`, options));
    await expect(send({ headers: { authorization: 'Basic YTpi' } })).rejects.toMatchObject({ status: 401 });
    await expect(send({ context: withoutSession() })).rejects.toMatchObject({ status: 401 });
    expect(bearers()).toEqual(['Basic YTpi', undefined]);
    expect(refresh).not.toHaveBeenCalled();
  });

  it('leaves the session’s own endpoints alone', async () => {
    const options: Partial<Options> = {
      refresh: { endpoint: `${server.origin}/auth/refresh` },
      signOut: { endpoint: `${server.origin}/auth/sign-out` },
    };
    const { get } = await applicationWith(() => startWith(options));
    await Promise.all([get('/auth/refresh'), get('/auth/sign-out?all=1')]);
    expect(bearers()).toEqual([undefined, undefined]);
  });

  it('sends everything without a bearer once the session has ended', async () => {
    const { get, evertoken } = await applicationWith(() => startWith({}));
    await evertoken.session()?.signOut();
    await get('/api/me');
    expect(bearers()).toEqual([undefined]);
  });

  it('cancels the wait for a token with the request', async () => {
    const { session, loop } = sessionOverDouble({ allowedOrigins: [server.origin] });
    const { http } = await applicationWith(() => session);
    const request = http.get(`${server.origin}/api/me`).subscribe();
    await expect.poll(() => loop.waiting.length).toBe(1);
    request.unsubscribe();
    expect(loop.waiting).toEqual([]);
    expect(server.seen).toEqual([]);
  });

  it('waits for a token, and tells where none comes', async () => {
    const { session, loop } = sessionOverDouble({ allowedOrigins: [server.origin] });
    const { get } = await applicationWith(() => session);
    const [first, second] = [get('/first'), get('/second')];
    await expect.poll(() => loop.waiting.length).toBe(2);
    loop.bring('late');
    await Promise.all([first, second]);
    expect(bearers()).toEqual(['Bearer late', 'Bearer late']);
    loop.hold(undefined);
    const third = get('/third');
    third.catch(() => {});
    await expect.poll(() => loop.waiting.length).toBe(1);
    loop.fail({ code: 'ERR_TOKEN_UNAVAILABLE', message: 'no token within the wait' });
    await expect(third).rejects.toMatchObject({ code: 'ERR_TOKEN_UNAVAILABLE' });
  });

  it('says so where the provider is missing', async () => {
    TestBed.configureTestingModule({
      providers: [provideHttpClient(withFetch(), withInterceptors([evertokenInterceptor]))],
    });
    const request = firstValueFrom(TestBed.inject(HttpClient).get(server.origin));
    await expect(request).rejects.toThrow('add provideEvertoken() to the providers of the application');
  });
});

describe('a refresh function that uses HttpClient', () => {
  const refreshBy =
    (http: HttpClient, marked: boolean): Options['refresh'] =>
    () =>
      firstValueFrom(
        http.get<{ access_token: string }>(`${server.origin}/auth/token`, marked ? { context: withoutSession() } : {}),
      );

  it('does not wait for itself during the start, marked or not', async () => {
    const { evertoken } = await applicationWith(() =>
      startWith({ tokens: undefined, refresh: refreshBy(inject(HttpClient), false) }),
    );
    expect(bearers()).toEqual([undefined]);
    expect(evertoken.session()?.accessToken).toBe('one');
  });

  it('does not wait for itself later where its requests are marked', async () => {
    server.answer = (response, seen) =>
      seen.url === '/auth/token'
        ? answering({ access_token: 'two' })(response, seen)
        : answering({}, seen.headers.authorization === 'Bearer two' ? 200 : 401)(response, seen);
    const { get } = await applicationWith(() => startWith({ refresh: refreshBy(inject(HttpClient), true) }));
    await get('/api/me');
    expect(bearers()).toEqual(['Bearer one', undefined, 'Bearer two']);
  });

  it('is told so later where its requests are not marked and no token is left', async () => {
    vi.useFakeTimers();
    const failures: unknown[] = [];
    let hasStarted = false;
    const { evertoken } = await applicationWith(() => {
      const http = inject(HttpClient);
      const refresh = async () => {
        if (!hasStarted) throw new Error('the server is away');
        return firstValueFrom(http.get<string>(`${server.origin}/auth/token`)).catch((error) => {
          failures.push(error);
          return null;
        });
      };
      return startWith({ tokens: undefined, refresh });
    });
    hasStarted = true;
    const refreshed = evertoken.session()?.refresh();
    const over = expect(refreshed).rejects.toMatchObject({ code: 'ERR_SESSION_ENDED' });
    await vi.advanceTimersByTimeAsync(1_000); // the longest wait after a first failure
    await over;
    expect(failures).toMatchObject([{ code: 'ERR_REFRESH_REENTRANT' }]);
    expect(server.seen).toEqual([]);
  });
});

describe('provideEvertoken', () => {
  it('starts nothing on a server', async () => {
    const start = vi.fn(() => startWith({}));
    TestBed.configureTestingModule({
      providers: [{ provide: PLATFORM_ID, useValue: 'server' }, provideEvertoken(start)],
    });
    const evertoken = TestBed.runInInjectionContext(injectEvertoken);
    expect(await evertoken.started).toBeUndefined();
    expect(start).not.toHaveBeenCalled();
    expect(read(evertoken)).toEqual({ status: 'starting', session: undefined, claims: undefined, idle: undefined });
  });

  it('stops the session with the application', async () => {
    const { evertoken } = await applicationWith(() => startWith({}));
    const session = evertoken.session() as Session;
    TestBed.resetTestingModule();
    await expect(session.getAccessToken()).rejects.toMatchObject({ code: 'ERR_STOPPED' });
  });

  it('stops a session that has started only after the end of the application', async () => {
    const { session, loop } = sessionOverDouble();
    loop.hold('a token');
    let start = () => {};
    const starting = new Promise<Session>((resolve) => {
      start = () => resolve(session);
    });
    TestBed.configureTestingModule({ providers: [provideEvertoken(() => starting)] });
    const { started } = TestBed.inject(EVERTOKEN);
    TestBed.resetTestingModule();
    start();
    await started;
    await expect(session.getAccessToken()).rejects.toMatchObject({ code: 'ERR_STOPPED' });
  });

  it('rejects as the start does, and fails the application', async () => {
    const start = () => startRefreshLoop({ refresh: 5 } as unknown as Options);
    const failure = { code: 'ERR_INVALID_OPTION', option: 'refresh' };
    await expect(applicationWith(start)).rejects.toMatchObject(failure);
    await expect(TestBed.inject(ApplicationInitStatus).donePromise).rejects.toMatchObject(failure);
  });

  it('follows a session that is there already at once', () => {
    const { session, loop } = sessionOverDouble();
    loop.hold('h.p.s');
    TestBed.configureTestingModule({ providers: [provideEvertoken(() => session)] });
    const evertoken = TestBed.inject(EVERTOKEN);
    expect(read(evertoken)).toEqual({
      status: 'active',
      session,
      claims: { sub: 'ada', roles: ['admin'] },
      idle: undefined,
    });
    loop.end();
    expect(read(evertoken)).toEqual({ status: 'ended', session, claims: undefined, idle: undefined });
    expect(evertoken.snapshot()).toBe(session.snapshot);
  });
});

function read({ status, session, claims, idleSecondsLeft }: Evertoken) {
  return { status: status(), session: session(), claims: claims(), idle: idleSecondsLeft() };
}
