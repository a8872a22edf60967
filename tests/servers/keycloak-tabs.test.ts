// Ten tabs of one session at a Keycloak that ends it at the first reuse of a refresh token, all of which ask at once.
import { expect, vi } from 'vitest';
import { snapshots, told, until, untilWaiting, whoRefreshed } from '../e2e/scenarios/tabs.js';
import { startProxy } from './keycloak/proxy.js';
import { scenario, signedIn } from './keycloak/support.js';

const TABS = 10;
const ROUNDS = 6;

scenario(
  'keycloak 2: ten tabs that ask at the same moment make one POST per generation, with no reuse allowed, and no invalid_grant is seen',
  async ({ open, keycloak, task }) => {
    const proxy = await startProxy(keycloak.url);
    // However long they have to wait here for each other, nobody gives up.
    const options = { refreshTimeout: '5m' };
    const { tabs, userInfo, events, refreshes } = await signedIn(open, keycloak, 'usual', {
      count: TABS,
      url: proxy.url,
      options,
    });
    for (let generation = 2; generation <= ROUNDS + 1; generation++) {
      // In every other round the first one waits for its answer until all the others wait for it.
      const isHeld = generation % 2 === 0;
      proxy.manner = isHeld ? 'hold' : 'as it is';
      await Promise.all(tabs.map((tab) => tab.evaluate(askFor, generation)));
      if (isHeld) {
        await untilWaiting(tabs, TABS - 1);
        await vi.waitUntil(() => proxy.held() > 0);
        proxy.release();
      }
      await until(tabs, { status: 'active', generation });
      expect((await snapshots(tabs)).map((snapshot) => snapshot.generation)).toEqual(tabs.map(() => generation));
      expect(await refreshes()).toEqual({ granted: generation - 1, refused: 0 });
      expect(await Promise.all(tabs.map((tab) => tab.evaluate(call, userInfo)))).toEqual(tabs.map(() => 200));
    }
    // Each refresh token was presented once.
    const presented = (await events()).filter(({ type }) => type.startsWith('REFRESH_TOKEN'));
    expect(new Set(presented.map(({ refreshToken }) => refreshToken)).size).toBe(presented.length);
    const one = { 'this-tab': 1, 'another-tab': TABS - 1 };
    const generations = Array.from({ length: ROUNDS }, (_, round) => [round + 2, one]);
    expect(await whoRefreshed(tabs)).toMatchObject(Object.fromEntries(generations));
    for (const type of ['refreshfailed', 'expired', 'ended']) expect((await told(tabs, type)).flat(), type).toEqual([]);
    task.meta.numbers = {
      [`${TABS} tabs that ask Keycloak at once, ${ROUNDS} times`]: {
        'POSTs that Keycloak logged': presented.length,
        invalid_grant: (await refreshes()).refused,
      },
    };
  },
);

/** Runs in the page: asks for a refresh, without waiting for it, unless another tab's has just come. */
function askFor(generation: number) {
  if (e2e.session.snapshot.generation < generation) void e2e.session.refresh().catch(() => {});
}

/** Runs in the page: a call with the token itself, so that no replay hides a stale one. */
async function call(url: string) {
  const headers = { authorization: `Bearer ${e2e.session.accessToken}` };
  return (await fetch(url, { headers })).status;
}
