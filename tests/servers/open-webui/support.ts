// Scenarios at a real Open WebUI, which all of a run share.
import { whyNoOpenWebUi } from '../../../scripts/lib/servers/open-webui.mjs';
import { scenarioTest, scenarioWith } from '../../e2e/scenarios/support.js';
import { type OpenWebUi, startOpenWebUi } from './server.js';

const test = scenarioTest
  .extend('shared', { scope: 'worker' }, async ({ engine }, { onCleanup }) => {
    const reason = engine.cannot.run ?? (await whyNoOpenWebUi());
    if (reason) return { reason };
    const openWebUi = await startOpenWebUi();
    onCleanup(() => openWebUi.close());
    return { openWebUi };
  })
  .extend('openWebUi', { auto: true }, async ({ isPossible: _, shared: { openWebUi, reason }, task, skip }) => {
    if (openWebUi) return openWebUi;
    task.meta.notPossible = reason as string;
    return skip(`not possible: ${reason}`);
  });

/** A scenario that is not possible where there is no Open WebUI. */
export const scenario = scenarioWith<{ openWebUi: OpenWebUi }>(test);
