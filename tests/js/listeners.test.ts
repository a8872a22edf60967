import { afterEach, expect, test, vi } from 'vitest';
import { createListeners } from '../../js/listeners.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const detail = { reason: 'idle' } as const;

test('a listener hears its own event alone', () => {
  const { on, emit } = createListeners();
  const heard = vi.fn();
  on('ended', heard);
  emit('ended', detail);
  emit('expired', {});
  expect(heard.mock.calls).toEqual([[detail]]);
});

test('the same function added twice is called twice and taken away once', () => {
  const { on, emit } = createListeners();
  const heard = vi.fn();
  const off = on('ended', heard);
  on('ended', heard);
  emit('ended', detail);
  expect(heard).toHaveBeenCalledTimes(2);
  off();
  off();
  emit('ended', detail);
  expect(heard).toHaveBeenCalledTimes(3);
});

test('a signal takes a listener away', () => {
  const { on, emit } = createListeners();
  const heard = vi.fn();
  const controller = new AbortController();
  on('ended', heard, { signal: controller.signal });
  emit('ended', detail);
  controller.abort();
  emit('ended', detail);
  on('ended', heard, { signal: controller.signal })();
  emit('ended', detail);
  expect(heard).toHaveBeenCalledOnce();
});

test('a listener taken away by hand leaves nothing on its signal', () => {
  const { on } = createListeners();
  const { signal } = new AbortController();
  const removed = vi.spyOn(signal, 'removeEventListener');
  on('ended', () => {}, { signal })();
  expect(removed).toHaveBeenCalledOnce();
});

test('one taken away while the event goes round is not called, one added then waits for the next', () => {
  const { on, emit } = createListeners();
  const second = vi.fn();
  const late = vi.fn();
  on('ended', () => {
    off();
    on('ended', late);
  });
  const off = on('ended', second);
  emit('ended', detail);
  expect([second, late].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
  emit('ended', detail);
  expect(late).toHaveBeenCalledOnce();
});

test('after clear nobody is called, even in the middle', () => {
  const { on, emit, clear } = createListeners();
  const second = vi.fn();
  on('ended', clear);
  on('ended', second);
  emit('ended', detail);
  expect(second).not.toHaveBeenCalled();
});

test.each([true, false])('one that throws is reported and harms nothing (reportError: %s)', (there) => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', there ? reported : undefined);
  if (!there) vi.spyOn(console, 'error').mockImplementation(reported);
  const { on, emit } = createListeners();
  const second = vi.fn();
  const fault = new Error('listener');
  on('ended', () => {
    throw fault;
  });
  on('ended', second);
  emit('ended', detail);
  expect(reported.mock.calls).toEqual([[fault]]);
  expect(second).toHaveBeenCalledOnce();
});
