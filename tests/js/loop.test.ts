import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { calling } from '../../js/boundary.js';
import { fakeClocks, jwt, liveLoop, loadCore, recordingHost, signIn, startedLoop, startLoop } from './wasm.js';

const now = 1_700_000_000;

beforeEach(fakeClocks);

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('a start', () => {
  test('asks for a token set where there is none', async () => {
    const { told } = startedLoop();
    expect(told.refreshes).toEqual([{ attempt: 1, reason: 'start' }]);
    expect(told.snapshot).toEqual({
      ...{ status: 'starting', refresh: 'in-flight' },
      ...{ generation: 0, attempts: 0, nextCheckAt: now + 60 },
    });
    expect(told.ready).toBe(0);
  });

  test('with tokens holds them', async () => {
    const tokens = { accessToken: 'one', expiresAt: now + 600, idToken: 'who' };
    const { told } = startedLoop({ tokens });
    expect([told.token, told.idToken, told.ready, told.refreshes]).toEqual(['one', 'who', 1, []]);
    expect(told.snapshot).toMatchObject({ status: 'active', expiresAt: now + 600 });
  });

  test('of a device that is offline says so', async () => {
    vi.stubGlobal('navigator', { onLine: false });
    const { told, answer } = startedLoop();
    answer({ kind: 'network' });
    expect(told.snapshot).toMatchObject({ refresh: 'offline' });
  });

  test('is refused for options that cannot be, and leaves no timer', async () => {
    const start = (options: Record<string, unknown>) => () =>
      startLoop(options, { refresh: true }, undefined, recordingHost().host);
    expect(start({ spread: 7 })).toThrow(
      expect.objectContaining({
        name: 'EvertokenError',
        code: 'ERR_INVALID_OPTION',
        option: 'spread',
        message: 'spread: 7 is not one of "window", "lifetime"',
      }),
    );
    expect(start({ tokens: 'a.b.c' })).toThrow(
      expect.objectContaining({ code: 'ERR_TOKEN_MALFORMED', option: 'tokens' }),
    );
    expect(vi.getTimerCount()).toBe(0);
  });

  test('warns of what looks like milliseconds', async () => {
    const { told } = startedLoop({ checkInterval: 60_000, idleTimeout: '10m' });
    expect(told.warnings).toEqual([
      'checkInterval: 60000 is a number of seconds; if milliseconds were meant, divide by 1000 (LOOKS_LIKE_MILLISECONDS)',
    ]);
  });
});

describe('an option', () => {
  const message = async (options: Record<string, unknown>) => {
    try {
      startLoop(options, { refresh: true }, undefined, recordingHost().host);
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };

  test.each([
    [null, 'null'],
    [true, 'true'],
    [1.25, '1.25'],
    ['soon', '"soon"'],
    ['x'.repeat(25), 'a string of 25 characters'],
    ['two\nlines', 'a string of 9 characters'],
    [['a', 'b'], 'an array'],
    [['a', 1], 'an array'],
    [{}, 'an object'],
    [() => '1m', 'a function'],
    [Symbol('CANARY'), 'a symbol'],
    [5n, 'a bigint'],
  ])('that is %o is shown', async (adaptiveWindow, shown) => {
    const expected = adaptiveWindow === true ? undefined : `adaptiveWindow: ${shown} is not true or false`;
    expect(await message({ adaptiveWindow })).toBe(expected);
  });

  test('may be an array of texts', async () => {
    expect(await message({ expectedAudience: ['api', 'files'], tokens: jwt({ aud: ['x', 'files'] }) })).toBeUndefined();
    expect(await message({ expectedAudience: ['api', 'files'], tokens: jwt({ aud: ['x', 'y'] }) })).toContain(
      '"aud" is "x", "y", expected "api", "files"',
    );
  });

  test('that a prototype brings is none', async () => {
    expect(await message(Object.create({ spread: 7 }))).toBeUndefined();
    expect(await message(Object.create({ spread: 7 }, { activity: { value: 7, enumerable: true } }))).toContain(
      'activity: 7',
    );
  });
});

describe('tokens', () => {
  test.each([
    ['a bare token', 'two'],
    ['a token set', { accessToken: 'two' }],
    ['a raw answer', { access_token: 'two', token_type: 'Bearer', expires_in: '60' }],
  ])('may be %s', async (_, answer) => {
    const { loop, told } = liveLoop();
    signIn(loop, answer);
    expect(told.token).toBe('two');
    expect(told.events.map(({ type }) => type)).toEqual(['started', 'refreshed', 'started']);
  });

  test.each([
    [7, 'ERR_TOKEN_SET', '7 is not a token'],
    [null, 'ERR_TOKEN_SET', 'null is not a token'],
    [['one'], 'ERR_TOKEN_SET', 'an array is not a token'],
    [{}, 'ERR_TOKEN_SET', 'accessToken: is missing'],
    [{ accessToken: 'two', expires_in: {} }, 'ERR_TOKEN_SET', 'expires_in: an object is not a number of seconds'],
    [jwt('{"exp":'), 'ERR_TOKEN_PAYLOAD', 'not a JSON object'],
    [jwt({ exp: 'CANARY' }), 'ERR_TOKEN_CLAIM', 'claim "exp" is a string where'],
  ])('that are %o are refused, and what is held stays', async (answer, code, message) => {
    const { loop, told } = liveLoop();
    const before = told.snapshot;
    expect(() => signIn(loop, answer)).toThrow(
      expect.objectContaining({ name: 'EvertokenError', code, message: expect.stringContaining(message) }),
    );
    expect(told.token).toBe('one');
    expect(told.snapshot).toBe(before);
  });

  test('with a getter that calls the loop harm nothing', async () => {
    const { loop, told } = liveLoop();
    const answer = {
      get accessToken() {
        loop.check();
        return 'two';
      },
    };
    signIn(loop, answer);
    expect(told.token).toBe('two');
  });

  test('with a proxy in a field are refused, and the loop goes on', async () => {
    const { loop, told } = liveLoop();
    const answer = { accessToken: 'two', expires_in: [] as unknown[], scope: {} };
    for (const name of ['expires_in', 'scope'] as const)
      answer[name] = new Proxy(answer[name], { get: () => loop.check() }) as never;
    expect(() => signIn(loop, answer)).toThrow('expires_in: an array is not a number of seconds');
    signIn(loop, 'three');
    expect(told.token).toBe('three');
  });
});

describe('claims', () => {
  const read = async (token: unknown) => calling(() => loadCore().readClaims(token as string));
  const error = async (token: unknown) => read(token).catch((error) => [error.code, error.message]);

  test('are all there, the unknown ones too', async () => {
    const claims = { sub: 'ada', aud: ['api'], exp: now, roles: ['admin'], name: 'Åda 🦊', __proto__: null };
    expect(await read(jwt(claims))).toEqual({ ...claims });
  });

  test.each([
    ['base64url', '-_8'],
    ['base64', '+/8'],
    ['padded base64url', '-_8='],
    ['padded base64', '+/8='],
    ['white space in it', '-_ 8'],
    ['a length that cannot be', '-_8aa'],
  ])('in %s are taken as the core takes them', async (what, ending) => {
    // {"a":"?>~…"} in an alphabet where + and / occur, then what is looked at, which is no UTF-8.
    const payload = Buffer.from('{"a":"~~~???>>"}').toString('base64');
    const known = /white|cannot/.test(what) ? 'ERR_TOKEN_MALFORMED' : 'not UTF-8';
    expect(await read(`h.${payload.replace(/=+$/, '')}.s`)).toEqual({ a: '~~~???>>' });
    expect(String(await error(`h.${ending}.s`))).toContain(known);
  });

  test.each([
    ['opaque', 'ERR_TOKEN_MALFORMED', 'the token has 0 dots where a JWT has two; check accessTokenFormat'],
    ['.e30.s', 'ERR_TOKEN_MALFORMED', 'the token has an empty header'],
    ['h.!!.s', 'ERR_TOKEN_MALFORMED', 'the token has a payload that is not base64url'],
    ['h._w.s', 'ERR_TOKEN_MALFORMED', 'the token has a payload that is not UTF-8'],
    [jwt('[1]'), 'ERR_TOKEN_PAYLOAD', "the token's payload is not a JSON object; check the token server"],
    [jwt('{'), 'ERR_TOKEN_PAYLOAD', "the token's payload is not a JSON object; check the token server"],
    [
      jwt({ aud: [1] }),
      'ERR_TOKEN_CLAIM',
      'the token\'s claim "aud" is an array where a string or an array of strings belongs; check the token server',
    ],
  ])('of %o are refused', async (token, code, message) => {
    expect(await error(token)).toEqual([code, message]);
  });
});

test('a duration is read, or refused with its value', async () => {
  const core = loadCore();
  expect([core.parseDuration('1h30m'), core.parseDuration(90), core.parseDuration(-1)]).toEqual([5_400, 90, Infinity]);
  for (const [value, shown] of [
    ['1.', '"1."'],
    [{}, 'an object'],
    ['1e3', '"1e3"'],
  ])
    expect(() => calling(() => core.parseDuration(value))).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_DURATION',
        message: expect.stringContaining(`${shown} is not a duration`),
      }),
    );
});

describe('time', () => {
  test('the token in hand may be given until the next deadline, by both clocks', async () => {
    const { told } = liveLoop();
    const [wall, mono] = told.until;
    expect(wall - Date.now()).toBeGreaterThan(0);
    expect(wall - Date.now()).toBeLessThanOrEqual(60_000);
    expect(mono - performance.now()).toBeCloseTo(wall - Date.now(), 2);
  });

  test('one timer wakes the loop, and a due token is refreshed', async () => {
    const { told } = liveLoop({ accessToken: 'one', expiresIn: 120 });
    expect(vi.getTimerCount()).toBe(1);
    while (told.refreshes.length < 2 && Date.now() < (now + 120) * 1_000) {
      vi.advanceTimersToNextTimer();
      expect(vi.getTimerCount()).toBe(1);
    }
    expect(told.refreshes[1]).toEqual({ attempt: 2, reason: 'due' });
    expect(Date.now() / 1_000).toBeGreaterThan(now + 60);
  });

  test('a timer that is set for the same moment stays', async () => {
    const { loop } = liveLoop();
    const set = vi.spyOn(globalThis, 'setTimeout');
    loop.check();
    loop.check();
    expect(set).not.toHaveBeenCalled();
  });

  test('nothing to come sets no timer', async () => {
    const { told } = startedLoop({ tokens: 'everlasting' });
    expect(told.until).toEqual([Infinity, Infinity]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('an end leaves none', async () => {
    const { loop } = liveLoop();
    loop.signOut(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('nor does a stop', async () => {
    const { loop } = liveLoop();
    loop.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('order', () => {
  test('a snapshot is told when something in it has changed', async () => {
    const { loop, told } = liveLoop();
    const before = told.snapshots.length;
    loop.check();
    expect(told.snapshots).toHaveLength(before);
  });

  test('a call from inside is effective at once, and told after what is under way', async () => {
    const { told, host } = recordingHost();
    const order: string[] = [];
    const loop = startLoop({}, { refresh: true }, undefined, {
      ...host,
      hold: (token, idToken) => {
        host.hold(token, idToken);
        order.push(`hold ${token}`);
      },
      emit: (type) => {
        order.push(type);
        if (type !== 'refreshed') return;
        loop.signOut(1);
        order.push(`held ${told.token}`);
      },
      snapshot: (snapshot) => order.push((snapshot as { status: string }).status),
    });
    order.length = 0;
    loop.refreshed(1, { answer: { accessToken: 'one' } });
    expect(order).toEqual([
      ...['hold one', 'active', 'started', 'refreshed'],
      ...['hold undefined', 'held undefined', 'ended', 'ended'],
    ]);
  });

  test('what a caller gets comes after the state', async () => {
    const { loop, told, answer } = startedLoop();
    loop.ask(1);
    expect(told.answers).toEqual([]);
    answer({ answer: 'one' });
    expect(told.answers).toEqual([{ caller: 1, token: 'one' }]);
    loop.ask(2);
    loop.forget(2);
    expect(told.answers).toEqual([
      { caller: 1, token: 'one' },
      { caller: 2, token: 'one' },
    ]);
  });

  test('a request that hangs is abandoned', async () => {
    const { told } = startedLoop({ refreshTimeout: 1 });
    vi.advanceTimersByTime(4_000);
    expect(told.abandoned).toContain(1);
    expect(told.events[0]).toMatchObject({ type: 'refreshfailed', detail: { kind: 'timeout', attempt: 1 } });
  });
});

test('two loops share nothing', async () => {
  const [one, two] = await Promise.all([liveLoop('a'), liveLoop('b')]);
  one.loop.signOut(1);
  expect([one.told.token, two.told.token]).toEqual([undefined, 'b']);
});

test('signals reach the loop, and after a stop no more', async () => {
  const scope = new EventTarget();
  vi.stubGlobal('addEventListener', scope.addEventListener.bind(scope));
  const { loop, told, answer } = startedLoop();
  answer({ kind: 'network' });
  expect(told.snapshot).toMatchObject({ refresh: 'waiting' });
  scope.dispatchEvent(new Event('offline'));
  expect(told.snapshot).toMatchObject({ refresh: 'offline' });
  scope.dispatchEvent(new Event('online'));
  expect(told.refreshes).toHaveLength(2);
  loop.stop();
  const before = told.snapshots.length;
  scope.dispatchEvent(new Event('offline'));
  expect(told.snapshots).toHaveLength(before);
});
