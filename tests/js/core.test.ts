import { expect, test, vi } from 'vitest';
import { createCore } from '../../js/core.js';
import * as on from '../../js/loop-events.js';
import { abilities, loadGlue, recordingHost } from './wasm.js';

/** Starts a session, and tells which ones were released. */
async function releasing() {
  const glue = await loadGlue();
  const release = vi.fn(glue.release);
  const core = createCore({ ...glue, release });
  const start = (options: object) => core.startLoop({ ...options }, abilities.refresh, undefined, recordingHost().host);
  return { start, released: () => release.mock.calls.length };
}

test('a session is released when it is stopped', async () => {
  const { start, released } = await releasing();
  const kept = start({ tokens: 'kept' });
  const loop = start({ tokens: 'stopped' });
  expect(released()).toBe(0);
  loop.handle(on.stop);
  loop.handle(on.check);
  expect(released()).toBe(1);
  kept.handle(on.stop);
});

test('a refresh under way is first brought to its end', async () => {
  const { start, released } = await releasing();
  const loop = start({});
  loop.handle(on.stop);
  expect(released()).toBe(0);
  loop.handle(on.answered, 1, { answer: 'late' });
  expect(released()).toBe(1);
});

test('what a session took is free after it', async () => {
  const glue = await loadGlue();
  const core = createCore(glue);
  const run = () =>
    core.startLoop({ tokens: 'one' }, abilities.refresh, undefined, recordingHost().host).handle(on.stop);
  run();
  const before = glue.memory.buffer.byteLength;
  for (let turn = 0; turn < 1000; turn++) run();
  expect(glue.memory.buffer.byteLength).toBe(before);
});
