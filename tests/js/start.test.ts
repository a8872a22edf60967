import { beforeEach, describe, expect, test, vi } from 'vitest';
import { EvertokenError } from '../../js/errors.js';
import { startSession } from '../../js/start.js';
import type { Options } from '../../js/types.js';
import { CoreDouble, refresh } from './double.js';

let core: CoreDouble;
const load = vi.fn(async () => core);

beforeEach(() => {
  core = new CoreDouble();
  load.mockClear();
});

const start = (options: object = {}) => startSession({ refresh, ...options } as Options, load);
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('resolves when the first attempt is over', () => {
  test('not before', async () => {
    const done = vi.fn();
    const starting = start().then(done);
    await turn();
    expect(core.loops).toHaveLength(1);
    expect(done).not.toHaveBeenCalled();
    core.loop.bring('one');
    core.loop.host.ready();
    await starting;
    expect(done.mock.lastCall?.[0]).toMatchObject({ accessToken: 'one', snapshot: { status: 'active' } });
  });

  test('at once where that happens in the middle of the start', async () => {
    core.onStart = (loop) => {
      loop.hold('one');
      loop.host.ready();
    };
    expect((await start()).accessToken).toBe('one');
  });
});

describe('refuses', () => {
  test.each([undefined, null, 'options', 1, [[]], () => {}])('options that are %s', async (options) => {
    await expect(startSession(options as never, load)).rejects.toMatchObject({
      code: 'ERR_INVALID_OPTION',
      option: 'options',
    });
  });

  test.each(['now', 1, null, {}, new AbortController()])('a signal that is %s', async (signal) => {
    await expect(start({ signal })).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'signal' });
  });

  test('an allow-list that cannot be', async () => {
    await expect(start({ allowedOrigins: ['*'] })).rejects.toMatchObject({
      code: 'ERR_INVALID_OPTION',
      option: 'allowedOrigins',
    });
  });

  test('before anything is loaded', async () => {
    await start({ allowedOrigins: '*' }).catch(() => {});
    await start({ signal: AbortSignal.abort() }).catch(() => {});
    expect(load).not.toHaveBeenCalled();
  });

  test('what wasm refuses, and leaves nothing on the signal', async () => {
    core.onStart = () => {
      throw new EvertokenError('ERR_INVALID_OPTION', 'spread: 7 is not one of "window"', { option: 'spread' });
    };
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const error = await start({ signal }).catch((error) => error);
    expect(error).toBeInstanceOf(EvertokenError);
    expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'spread' });
    expect(removed.mock.calls.map(([, listener]) => listener)).toEqual(
      added.mock.calls.map(([, listener]) => listener),
    );
  });

  test('where there is no WebAssembly', async () => {
    const missing = new EvertokenError('ERR_WASM_UNAVAILABLE', 'switched off');
    load.mockRejectedValueOnce(missing);
    await expect(start()).rejects.toBe(missing);
  });
});

test('options are read once, as own properties', async () => {
  const inherited = Object.create({ refreshWindow: 'inherited' });
  const options = Object.assign(inherited, { refresh: false, checkInterval: 'before' });
  const starting = startSession(options, load);
  options.checkInterval = 'after';
  await turn();
  expect(core.loop.given[0]).toMatchObject({ checkInterval: 'before', refreshWindow: undefined });
  core.loop.host.ready();
  await starting;
});

describe('an abort', () => {
  const reason = new Error('enough');

  test('before the start rejects with its reason', async () => {
    await expect(start({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test('while wasm is loading rejects at once, and nothing is started', async () => {
    let arrive = (_: CoreDouble) => {};
    load.mockReturnValueOnce(
      new Promise((resolve) => {
        arrive = resolve;
      }),
    );
    const controller = new AbortController();
    const starting = start({ signal: controller.signal });
    controller.abort(reason);
    await expect(starting).rejects.toBe(reason);
    arrive(core);
    await turn();
    expect(core.loops).toEqual([]);
  });

  test('by the refresh function, in the middle of the start, stops the loop', async () => {
    const controller = new AbortController();
    core.onStart = () => controller.abort(reason);
    await expect(start({ signal: controller.signal })).rejects.toBe(reason);
    await turn();
    expect(core.loop.calls).toEqual(['stop']);
  });

  test('during the first attempt stops the loop', async () => {
    const controller = new AbortController();
    const starting = start({ signal: controller.signal });
    await turn();
    controller.abort(reason);
    await expect(starting).rejects.toBe(reason);
    expect(core.loop.calls).toEqual(['stop']);
  });

  test('later stops the session', async () => {
    const controller = new AbortController();
    core.onStart = (loop) => loop.host.ready();
    const session = await start({ signal: controller.signal });
    core.loop.hold('one');
    controller.abort(reason);
    expect(session.accessToken).toBeUndefined();
    await expect(session.getAccessToken()).rejects.toMatchObject({ code: 'ERR_STOPPED' });
    expect(core.loop.calls).toEqual(['stop']);
  });

  test('after a stop finds nothing to do', async () => {
    const controller = new AbortController();
    const removed = vi.spyOn(controller.signal, 'removeEventListener');
    core.onStart = (loop) => loop.host.ready();
    (await start({ signal: controller.signal })).stop();
    expect(removed).toHaveBeenCalledOnce();
    controller.abort();
    expect(core.loop.calls).toEqual(['stop']);
  });
});

describe('a store', () => {
  const storeThatGives = (get: () => unknown) => ({ get: get as () => string, set() {}, remove() {} });

  test('is read before the loop begins', async () => {
    core.onStart = (loop) => loop.host.ready();
    await start({ storage: storeThatGives(async () => '{"version":2,"skew":7}') });
    expect(core.loop.given[3]).toEqual({ version: 2, skew: 7 });
    await start();
    expect(core.loop.given[3]).toBeUndefined();
  });

  test('that fails is told once the caller can listen', async () => {
    core.onStart = (loop) => loop.host.ready();
    const session = await start({ storage: storeThatGives(() => Promise.reject(new Error('CANARY'))) });
    expect(core.loop.given[3]).toBeUndefined();
    const missing = await new Promise((resolve) => session.on('degraded', (detail) => resolve(detail)));
    expect(missing).toEqual({ missing: 'storage' });
  });

  test('that is slow holds no abort up, and nothing is started', async () => {
    let give = (_: string) => {};
    const storage = storeThatGives(
      () =>
        new Promise<string>((resolve) => {
          give = resolve;
        }),
    );
    const controller = new AbortController();
    const starting = start({ signal: controller.signal, storage });
    await turn();
    controller.abort(new Error('enough'));
    await expect(starting).rejects.toThrow('enough');
    give('held');
    await turn();
    expect(core.loops).toEqual([]);
  });
});
