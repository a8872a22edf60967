import { expect, test, vi } from 'vitest';
import type { Glue } from '../../js/boundary.js';
import { createCore } from '../../js/core.js';
import * as generated from '../../js/generated/evertoken_bg.js';
import { abilities, loadCore, recordingHost } from './wasm.js';

/** Starts a session, and tells which ones were released. */
async function releasing() {
  await loadCore();
  const release = vi.fn(generated.release);
  const core = createCore({ ...generated, release } as unknown as Glue);
  const start = (options: object) => core.startLoop({ ...options }, abilities.refresh, undefined, recordingHost().host);
  return { start, released: () => release.mock.calls.length };
}

test('a session is released when it is stopped', async () => {
  const { start, released } = await releasing();
  const kept = start({ tokens: 'kept' });
  const loop = start({ tokens: 'stopped' });
  expect(released()).toBe(0);
  loop.handle('stop');
  loop.handle('check');
  expect(released()).toBe(1);
  kept.handle('stop');
});

test('a refresh under way is first brought to its end', async () => {
  const { start, released } = await releasing();
  const loop = start({});
  loop.handle('stop');
  expect(released()).toBe(0);
  loop.handle('answered', 1, { answer: 'late' });
  expect(released()).toBe(1);
});

test('the number of the last one is given out again', async () => {
  await loadCore();
  const create = vi.fn(generated.create);
  const core = createCore({ ...generated, create } as unknown as Glue);
  for (let turn = 0; turn < 10; turn++)
    core.startLoop({ tokens: 'one' }, abilities.refresh, undefined, recordingHost().host).handle('stop');
  expect(new Set(create.mock.results.map(({ value }) => value)).size).toBe(1);
});
