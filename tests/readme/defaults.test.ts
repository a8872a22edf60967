// What the README's options table says of the defaults, seen in sessions that were given none.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { init, type Options, parseDuration, type Session, startRefreshLoop } from '../../js/index.js';
import { names, table } from './readme.js';

const defaults = new Map(table('options').map(([name, , value = '']) => [names(name)[0], value]));
const seconds = (option: string) => parseDuration(/^`'(.+)'`$/.exec(defaults.get(option) ?? '')?.[1] ?? '');

let session: Session;
const start = async (lifetime: number, options: Partial<Options> = {}) => {
  const tokens = { accessToken: 'opaque', expiresIn: lifetime };
  session = await startRefreshLoop({ refresh: async () => tokens, ...options } as Options);
  return session.snapshot;
};
const heard = (type: 'idlewarning' | 'sessionexpiring' | 'refreshfailed') => {
  const listener = vi.fn();
  session.on(type, listener);
  return listener;
};

beforeEach(async () => {
  // The shortest limits are surprising ones.
  vi.spyOn(console, 'warn').mockReturnValue();
  await init();
  vi.useFakeTimers({ now: 1_800_000_000_000 });
});
afterEach(() => {
  session.stop();
  vi.useRealTimers();
});

test('refreshWindow, and adaptiveWindow', async () => {
  const { expiresAt = 0, dueAt = 0 } = await start(7200);
  expect(expiresAt - dueAt).toBeCloseTo(seconds('refreshWindow'), 2);
  expect(defaults.get('adaptiveWindow')).toBe('`true`');
  session.stop();
  const short = await start(300);
  expect((short.expiresAt ?? 0) - (short.dueAt ?? 0)).toBeCloseTo(150, 2);
});

test('checkInterval', async () => {
  const { nextCheckAt = 0 } = await start(7200);
  await vi.advanceTimersByTimeAsync((nextCheckAt + 1) * 1_000 - Date.now());
  expect((session.snapshot.nextCheckAt ?? 0) - nextCheckAt).toBeCloseTo(seconds('checkInterval'), 1);
});

test('refreshTimeout', async () => {
  let calls = 0;
  const tokens = { accessToken: 'opaque', expiresIn: 7200 };
  await start(7200, { refresh: () => (calls++ ? new Promise(() => {}) : tokens) });
  const failed = heard('refreshfailed');
  const waiting = session.refresh().catch((error) => error.code);
  await vi.advanceTimersByTimeAsync(seconds('refreshTimeout') * 1_000 - 10);
  expect(failed).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(20);
  expect(failed.mock.lastCall?.[0]).toMatchObject({ kind: 'timeout' });
  expect(await waiting).toBe('ERR_TOKEN_UNAVAILABLE');
});

test('idleTimeout and maxSessionLifespan', async () => {
  const { idleEndsAt, sessionEndsAt } = await start(7200);
  expect([idleEndsAt, sessionEndsAt]).toEqual([undefined, undefined]);
  expect([defaults.get('idleTimeout'), defaults.get('maxSessionLifespan')]).toEqual(['never', 'never']);
});

test.each([
  ['idleWarning', 'idleTimeout', 'idlewarning', 60],
  ['sessionWarning', 'maxSessionLifespan', 'sessionexpiring', 300],
] as const)('%s', async (name, limit, event, whole) => {
  const text = whole === 60 ? '60 s' : '5 min';
  expect(defaults.get(name)).toBe(`${text}, but at most half of \`${limit}\``);
  for (const [length, before] of [
    [whole * 10, whole],
    [whole, whole / 2],
  ] as const) {
    await start(86_400, { [limit]: length });
    const warned = heard(event);
    await vi.advanceTimersByTimeAsync((length - before) * 1_000 - 10);
    expect(warned).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(20);
    expect(warned).toHaveBeenCalledOnce();
    session.stop();
  }
});

test('refreshWhileIdle', async () => {
  const refresh = vi.fn(async () => ({ accessToken: `opaque-${Date.now()}`, expiresIn: 600 }));
  await start(600, { refresh });
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(defaults.get('refreshWhileIdle')).toBe('`true`');
  expect(refresh.mock.calls.length).toBeGreaterThan(10);
});
