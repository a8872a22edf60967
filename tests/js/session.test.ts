import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sessionOverDouble, thrownBy } from './double.js';

const jwt = 'head.payload.signature';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 1_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('a token in hand', () => {
  test('is given without a call into wasm, as the same promise', async () => {
    const { session, loop } = sessionOverDouble();
    loop.hold('one');
    const first = session.getAccessToken();
    expect(session.getAccessToken({})).toBe(first);
    expect(session.getAccessToken({ signal: new AbortController().signal })).toBe(first);
    expect(await first).toBe('one');
    expect(session.accessToken).toBe('one');
    expect(loop.calls).toEqual([]);
    loop.hold('two');
    expect(await session.getAccessToken()).toBe('two');
    expect(loop.calls).toEqual([]);
  });

  test.each([
    ['wall', 1_005_000, Number.POSITIVE_INFINITY],
    ['monotonic', Number.POSITIVE_INFINITY, 5_000],
  ])('is given until its moment on the %s clock, and then wasm is asked', async (_, wall, mono) => {
    const { session, loop } = sessionOverDouble();
    loop.hold('one', wall, Number.isFinite(mono) ? performance.now() + mono : mono);
    vi.advanceTimersByTime(4_999);
    expect(session.accessToken).toBe('one');
    await session.getAccessToken();
    expect(loop.calls).toEqual([]);

    vi.advanceTimersByTime(1);
    await session.getAccessToken();
    expect(loop.calls).toEqual(['ask']);
    expect(session.accessToken).toBeUndefined();
    expect(loop.calls).toEqual(['ask', 'check']);
    loop.onCheck = () => loop.hold('one');
    expect(session.accessToken).toBe('one');
  });

  test('is not given for longer by a wall clock that is set back', async () => {
    const { session, loop } = sessionOverDouble();
    loop.hold('one', Date.now() + 60_000, performance.now() + 60_000);
    expect(session.accessToken).toBe('one');
    vi.advanceTimersByTime(60_000);
    vi.setSystemTime(Date.now() - 61_000);
    await session.getAccessToken();
    expect(loop.calls).toEqual(['ask']);
  });

  test('is not given for longer by a monotonic clock that stood still in a sleep', async () => {
    const { session, loop } = sessionOverDouble();
    loop.hold('one', Date.now() + 60_000, performance.now() + 60_000);
    expect(session.accessToken).toBe('one');
    vi.setSystemTime(Date.now() + 60_000);
    await session.getAccessToken();
    expect(loop.calls).toEqual(['ask']);
  });

  test('is given up at once when the loop says so', async () => {
    const { session, loop } = sessionOverDouble();
    loop.hold('one');
    expect(session.accessToken).toBe('one');
    loop.host.usable(-1, -1);
    expect(session.accessToken).toBeUndefined();
    await session.getAccessToken();
    expect(loop.calls).toEqual(['ask']);
  });

  test('reads the clocks sparingly', () => {
    const { session, loop } = sessionOverDouble();
    loop.hold('one');
    const mono = vi.spyOn(performance, 'now');
    for (let call = 0; call < 1_000; call++) expect(session.accessToken).toBe('one');
    expect(mono).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(10);
    expect(session.accessToken).toBe('one');
    expect(mono).toHaveBeenCalledTimes(2);
  });

  test('is asked for once per deadline: after it the property reads wasm no more', () => {
    const { session, loop } = sessionOverDouble();
    loop.hold('one', 1_005_000);
    loop.onCheck = () => loop.hold(undefined);
    vi.advanceTimersByTime(5_000);
    expect([session.accessToken, session.accessToken, session.accessToken]).toEqual([undefined, undefined, undefined]);
    expect(loop.calls).toEqual(['check']);
  });

  test('its ID token comes along', () => {
    const { session, loop } = sessionOverDouble();
    expect(session.idToken).toBeUndefined();
    loop.hold('one');
    expect(session.idToken).toBe('id of one');
  });
});

test('a session that is logged, copied or sent along takes no token with it', () => {
  const { session, loop } = sessionOverDouble();
  loop.hold(jwt);
  expect(session.idToken).toContain(jwt);
  expect(JSON.stringify(session) + JSON.stringify({ ...session })).not.toMatch(/payload|ada/);
});

describe('claims', () => {
  test('are read once per token and frozen all the way down', () => {
    const { session, loop, core } = sessionOverDouble();
    loop.hold(jwt);
    const claims = session.claims;
    expect(claims).toEqual({ sub: 'ada', roles: ['admin'] });
    expect([claims, claims?.roles].every(Object.isFrozen)).toBe(true);
    expect(session.claims).toBe(claims);
    loop.hold(jwt);
    expect(session.claims).toBe(claims);
    expect(core.claimsRead).toEqual([jwt]);
    loop.hold('other.payload.signature');
    expect(session.claims).not.toBe(claims);
  });

  test.each(['opaque', 'a.b', 'a.b.c.d'])('of %s are none', (token) => {
    const { session, loop, core } = sessionOverDouble();
    loop.hold(token);
    expect(session.claims).toBeUndefined();
    expect(core.claimsRead).toEqual([]);
  });

  test('are none where tokens are declared opaque, or none is held', () => {
    const { session, loop } = sessionOverDouble({ accessTokenFormat: 'opaque' });
    expect(session.claims).toBeUndefined();
    loop.hold(jwt);
    expect(session.claims).toBeUndefined();
  });

  test('nested deeper than the stack are frozen too', () => {
    const { session, loop, core } = sessionOverDouble();
    let nested: unknown = 'core';
    for (let depth = 0; depth < 30_000; depth++) nested = [nested];
    vi.spyOn(core, 'readClaims').mockReturnValue({ nested } as never);
    loop.hold(jwt);
    expect(Object.isFrozen(session.claims?.nested)).toBe(true);
  });
});

describe('without a usable token', () => {
  test('callers wait for the loop, each for its own answer', async () => {
    const { session, loop } = sessionOverDouble();
    const waiting = [session.getAccessToken(), session.refresh(), session.getAccessToken()];
    loop.bring('one');
    expect(await Promise.all(waiting)).toEqual(['one', 'one', 'one']);
    expect(loop.calls).toEqual(['ask', 'refresh', 'ask']);
  });

  test('a failure becomes an EvertokenError with what belongs to it, and no more', async () => {
    const { session, loop } = sessionOverDouble();
    const waiting = session.getAccessToken();
    loop.fail({ code: 'ERR_TOKEN_UNAVAILABLE', message: 'not now', retryAt: 1_060 });
    const error = await waiting.catch((error) => error);
    expect(error).toBeInstanceOf(Error);
    expect({ ...error }).toEqual({ name: 'EvertokenError', code: 'ERR_TOKEN_UNAVAILABLE', retryAt: 1_060 });
    expect(error.message).toBe('not now');

    const second = session.refresh();
    loop.end();
    await expect(second).rejects.toMatchObject({ code: 'ERR_SESSION_ENDED', reason: 'idle' });
  });

  test('an answer to nobody is let go', () => {
    const { loop } = sessionOverDouble();
    loop.host.settle(17, 'one', undefined);
  });

  test.each(['getAccessToken', 'refresh'] as const)('an abort ends the wait of %s with its reason', async (method) => {
    const { session, loop } = sessionOverDouble();
    const controller = new AbortController();
    const aborted = session[method]({ signal: controller.signal });
    const waiting = session[method]();
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    expect(loop.calls).toEqual([loop.calls[0], loop.calls[0], 'forget']);
    loop.bring('one');
    expect(await waiting).toBe('one');
  });

  test('a signal that is aborted already asks nothing, even where a token is held', async () => {
    const { session, loop } = sessionOverDouble();
    const signal = AbortSignal.abort();
    await expect(session.getAccessToken({ signal })).rejects.toBe(signal.reason);
    loop.hold('one');
    await expect(session.getAccessToken({ signal })).rejects.toBe(signal.reason);
    await expect(session.refresh({ signal })).rejects.toBe(signal.reason);
    expect(loop.calls).toEqual([]);
  });

  test('an answered caller leaves nothing on its signal', async () => {
    const { session, loop } = sessionOverDouble();
    const controller = new AbortController();
    const waiting = session.getAccessToken({ signal: controller.signal });
    loop.bring('one');
    await waiting;
    controller.abort();
    expect(loop.calls).toEqual(['ask']);
  });
});

test('refresh passes the failed token on', async () => {
  const { session, loop } = sessionOverDouble();
  loop.hold('two');
  expect(await session.refresh({ failedToken: 'one' })).toBe('two');
});

describe('snapshot', () => {
  test('is frozen, and the same until there is another', () => {
    const { session, loop } = sessionOverDouble();
    const shown = { refresh: 'idle', generation: 1, attempts: 0 } as const;
    loop.host.snapshot({ ...shown, status: 'active', lastFailure: { kind: 'http', status: 500 } });
    const { snapshot } = session;
    expect(Object.isFrozen(snapshot) && Object.isFrozen(snapshot.lastFailure)).toBe(true);
    loop.host.emit('expiring', { expiresAt: 1 });
    expect(session.snapshot).toBe(snapshot);
    loop.host.snapshot({ ...shown, status: 'expired' });
    expect(session.snapshot).toEqual({ ...shown, status: 'expired' });
  });

  test('is told to subscribers and to listeners of change, after the state has changed', () => {
    const { session, loop } = sessionOverDouble();
    const seen: unknown[] = [];
    const unsubscribe = session.subscribe((...args: unknown[]) =>
      seen.push(session.accessToken, session.snapshot.status, args),
    );
    session.on('change', (snapshot) => seen.push(snapshot === session.snapshot));
    loop.hold('one');
    expect(seen).toEqual(['one', 'active', [], true]);
    unsubscribe();
    loop.hold('two');
    expect(seen).toHaveLength(5);
  });
});

describe('tokens, activity, checks and signing out', () => {
  test('go to the module', async () => {
    const { session, loop } = sessionOverDouble();
    const given = vi.fn();
    loop.onSetTokens = given;
    expect(session.setTokens(jwt)).toBeUndefined();
    expect(given).toHaveBeenCalledWith({ accessToken: jwt });
    session.check();
    session.recordActivity();
    expect(await session.signOut()).toBeUndefined();
    expect(loop.calls).toEqual(['setTokens', 'check', 'recordActivity', 'signOut']);
  });

  test('tokens that are refused throw an EvertokenError', () => {
    const { session, loop } = sessionOverDouble();
    loop.onSetTokens = () => {
      throw { code: 'ERR_TOKEN_SET', message: 'no access token' };
    };
    const error = thrownBy(() => session.setTokens({} as never));
    expect(error).toMatchObject({ name: 'EvertokenError', code: 'ERR_TOKEN_SET', message: 'no access token' });
  });

  test('what else is thrown stays what it is', () => {
    const { session, loop } = sessionOverDouble();
    const trap = new WebAssembly.RuntimeError('unreachable');
    loop.onSetTokens = () => {
      throw trap;
    };
    expect(thrownBy(() => session.setTokens(jwt))).toBe(trap);
  });
});

test('the methods are bound', async () => {
  const { session, loop } = sessionOverDouble();
  loop.hold('one');
  const { getAccessToken, refresh, on, subscribe, setTokens, check, recordActivity, allows, signOut, stop } = session;
  expect(await getAccessToken()).toBe('one');
  expect(await refresh({ failedToken: 'zero' })).toBe('one');
  for (const off of [on('ended', () => {}), subscribe(() => {})]) off();
  setTokens(jwt);
  check();
  recordActivity();
  expect(allows('https://api.example.com')).toBe(false);
  await signOut();
  stop();
});

describe('after stop', () => {
  test('nothing is held, and those who wait and those who come get ERR_STOPPED', async () => {
    const { session, loop } = sessionOverDouble();
    const waiting = [session.getAccessToken(), session.refresh()];
    loop.hold(jwt);
    expect(session.claims).toBeDefined();
    session.stop();
    expect([session.accessToken, session.idToken, session.claims]).toEqual([undefined, undefined, undefined]);
    const stopped = { code: 'ERR_STOPPED' };
    const late = [session.getAccessToken(), session.refresh(), session.signOut()];
    for (const answer of [...waiting, ...late]) await expect(answer).rejects.toMatchObject(stopped);
    for (const call of [() => session.check(), () => session.recordActivity(), () => session.setTokens(jwt)])
      expect(thrownBy(call)).toMatchObject(stopped);
    expect(loop.calls).toEqual(['ask', 'refresh', 'stop']);
  });

  test('it may be called again, and tells the starter once', () => {
    const { session, loop } = sessionOverDouble();
    session.stop();
    session.stop();
    expect(loop.calls).toEqual(['stop']);
  });

  test('what a request under way still brings reaches nobody', () => {
    const { session, loop } = sessionOverDouble();
    const heard = vi.fn();
    session.on('refreshed', heard);
    session.subscribe(heard);
    const { snapshot } = session;
    session.stop();
    loop.bring('late');
    loop.host.emit('refreshed', { generation: 2 });
    expect(session.accessToken).toBeUndefined();
    expect(session.snapshot).toBe(snapshot);
    expect(heard).not.toHaveBeenCalled();
  });
});

test('findings are warned of', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  sessionOverDouble().loop.host.warn('checkInterval: 60000 is a number of seconds');
  expect(warn).toHaveBeenCalledExactlyOnceWith('evertoken: checkInterval: 60000 is a number of seconds');
});
