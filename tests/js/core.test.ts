import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import type { Glue } from '../../js/boundary.js';
import { createCore } from '../../js/core.js';
import * as generated from '../../js/generated/evertoken_bg.js';
import { abilities, loadCore, recordingHost } from './wasm.js';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

test('a session is released when nothing can call its loop any more', async () => {
  await loadCore();
  const release = vi.fn(generated.release);
  const core = createCore({ ...generated, release } as unknown as Glue);
  const start = (tokens: string) =>
    core.startLoop({ tokens, checkInterval: '1h' }, abilities.refresh, undefined, recordingHost().host);

  const kept = start('kept');
  start('stopped').handle('stop');
  // It has a timer, and listeners in a browser: it runs, whoever has forgotten it.
  core.startLoop({}, abilities.refresh, undefined, recordingHost().host);
  for (let turn = 0; turn < 100 && release.mock.calls.length === 0; turn++) {
    collect();
    await new Promise(setImmediate);
  }
  expect(release).toHaveBeenCalledOnce();
  kept.handle('stop');
});
