// Scenarios at a real Open WebUI, which all of a run share.
import { whyNoOpenWebUi } from '../../../scripts/lib/servers/open-webui.mjs';
import { scenarioTest, scenarioWith } from '../../e2e/scenarios/support.js';
import { type OpenWebUi, startOpenWebUi } from './server.js';

const test = scenarioTest
  .extend('shared', { scope: 'worker' }, async ({ engine }, { onCleanup }) => {
    const reason = engine.cannot.run ?? (await whyNoOpenWebUi());
    if (reason) return { reason };
    let running: OpenWebUi | undefined;
    const end = async () => {
      await running?.close();
      running = undefined;
    };
    onCleanup(end);
    return {
      end,
      async running() {
        running ??= await startOpenWebUi();
        return running;
      },
    };
  })
  .extend('openWebUi', { auto: true }, async ({ isPossible: _, shared: { running, reason }, task, skip }) => {
    if (running) return running();
    task.meta.notPossible = reason as string;
    return skip(`not possible: ${reason}`);
  })
  .extend('spend', async ({ shared: { end } }, { onCleanup }) => {
    let isSpent = false;
    onCleanup(async () => {
      if (isSpent) await end?.();
    });
    return () => {
      isSpent = true;
    };
  });

interface Fixtures {
  openWebUi: OpenWebUi;
  /** The one that is shared is of no use to the scenarios that follow: they get another. */
  spend(): void;
}

/** A scenario that is not possible where there is no Open WebUI. */
export const scenario = scenarioWith<Fixtures>(test);
