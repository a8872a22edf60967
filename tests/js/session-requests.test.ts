import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sessionOverDouble } from './double.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

afterEach(() => {
  vi.useRealTimers();
});

describe('the refresh function', () => {
  test.each(['getAccessToken', 'refresh'] as const)('gets an error from %s, held token or not', async (method) => {
    const asked: Promise<unknown>[] = [];
    const made = sessionOverDouble({
      refresh: () => {
        asked.push(made.session[method]().catch((error) => error));
        return 'new';
      },
    });
    made.loop.host.refresh(1, 'due', undefined);
    await turn();
    made.loop.hold('one');
    made.loop.host.refresh(2, 'due', undefined);
    await turn();
    expect(await Promise.all(asked)).toMatchObject(Array(2).fill({ code: 'ERR_REFRESH_REENTRANT' }));
    expect(made.loop.calls).toEqual([]);
    expect(await made.session.getAccessToken()).toBe('one');
  });

  test('that throws is left behind properly', async () => {
    const { loop, session } = sessionOverDouble({
      refresh: () => {
        throw new Error('no');
      },
    });
    loop.host.refresh(1, 'due', undefined);
    await turn();
    expect(loop.reports).toEqual([['refreshed', 1, { kind: 'thrown' }]]);
    loop.hold('one');
    expect(await session.getAccessToken()).toBe('one');
  });
});

describe('a request', () => {
  const contexts: unknown[] = [];
  const functions = {
    refresh: (context: unknown) => {
      contexts.push(context);
      return 'new';
    },
    signOut: (context: unknown) => void contexts.push(context),
  };

  beforeEach(() => contexts.splice(0));

  test('is begun after the call, and told of once', async () => {
    const { loop } = sessionOverDouble(functions);
    loop.host.refresh(7, 'due', 'refresh token');
    loop.host.signOut(8, { reason: 'idle', revokeOnly: false });
    expect([contexts, loop.reports]).toEqual([[], []]);
    await turn();
    const signal = expect.any(AbortSignal);
    expect(contexts).toEqual([
      { refreshToken: 'refresh token', reason: 'due', signal },
      { reason: 'idle', signal },
    ]);
    expect(loop.reports.sort(([, one], [, other]) => one - other)).toMatchObject([
      ['refreshed', 7, { answer: { accessToken: 'new' } }],
      ['signedOut', 8, { answer: true }],
    ]);
  });

  test('that is abandoned has its signal aborted, alone, and is told of all the same', async () => {
    const { loop } = sessionOverDouble({
      refresh: ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    loop.host.refresh(1, 'due', undefined);
    loop.host.refresh(2, 'due', undefined);
    await turn();
    loop.host.abandon(2);
    loop.host.abandon(3);
    await turn();
    expect(loop.reports).toEqual([['refreshed', 2, { kind: 'thrown' }]]);
    loop.host.abandon(1);
    await turn();
    loop.host.abandon(1);
    expect(loop.reports).toHaveLength(2);
  });

  test('to a probe is told of', async () => {
    const { loop } = sessionOverDouble({ refresh: false, probe: () => false });
    loop.host.probe(3);
    await turn();
    expect(loop.reports).toEqual([['probed', 3, { answer: false }]]);
  });

  test('under way at a stop is told of, and what it brought is stored', async () => {
    const kept = new Map<string, string>();
    const storage = { get: () => null, set: (key: string, text: string) => void kept.set(key, text), remove() {} };
    const { session, loop } = sessionOverDouble({ refresh: functions.refresh, storage });
    loop.host.refresh(1, 'due', undefined);
    session.stop();
    await turn();
    expect(loop.reports).toMatchObject([['refreshed', 1, { answer: { accessToken: 'new' } }]]);
    loop.host.save({ tokens: 'late' });
    expect([...kept]).toEqual([['evertoken:default', '{"version":2,"tokens":"late"}']]);
  });
});

test('a store that is lost is told once, when the caller can listen', async () => {
  const fail = () => {
    throw new Error('full');
  };
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const { session, loop } = sessionOverDouble({ storage: { get: fail, set: fail, remove: fail } });
  const heard = vi.fn();
  loop.host.save({ tokens: 'one' });
  loop.host.ready();
  await turn();
  session.on('degraded', heard);
  await turn();
  expect(heard).not.toHaveBeenCalled();
  vi.runAllTimers();
  loop.host.save({ tokens: 'two' });
  await turn();
  expect(heard.mock.calls).toEqual([[{ missing: 'storage' }]]);
});
