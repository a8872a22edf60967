// Ten tabs of one session at a Keycloak that ends it at the first reuse of a refresh token.
import { expect, inject, vi } from 'vitest';
import { beginCalls, endCalls } from '../../e2e/scenarios/calls.js';
import { snapshots, told, whoRefreshed } from '../../e2e/scenarios/tabs.js';
import { scenario, seconds, signedIn } from '../keycloak/support.js';

const SECONDS = inject('engine') === 'chromium' ? 300 : 90;
const TABS = 10;

scenario(
  'keycloak 2: ten tabs make one POST per generation of 60-second tokens, with no reuse allowed, and no invalid_grant is seen',
  { timeout: (SECONDS + 180) * 1_000 },
  async ({ open, keycloak, task }) => {
    const { tabs, userInfo, refreshes } = await signedIn(open, keycloak, 'minute', { count: TABS });
    await Promise.all(tabs.map((tab) => tab.evaluate(beginCalls, userInfo)));
    await seconds(SECONDS);
    const calls = await Promise.all(tabs.map((tab) => tab.evaluate(endCalls)));
    const failures = calls.flatMap(({ failures }) => failures);
    if (failures.length > 0) console.error(failures);

    // A refresh may be on its way: it is in the log before the tabs have what it brings.
    const { granted, refused, generations } = await vi.waitFor(
      async () => {
        const logged = await refreshes();
        // The first one is the sign-in's.
        const generations = logged.granted + 1;
        expect((await snapshots(tabs)).map(({ generation }) => generation)).toEqual(tabs.map(() => generations));
        return { ...logged, generations };
      },
      { interval: 100 },
    );
    const events = async (type: string) => (await told(tabs, type)).flat().length;
    const numbers = {
      generations,
      'POSTs that Keycloak logged': granted + refused,
      invalid_grant: refused,
      'failed refreshes': await events('refreshfailed'),
      calls: calls.reduce((total, { made }) => total + made, 0),
      'failed calls': failures.length,
      expired: await events('expired'),
      ends: await events('ended'),
    };
    task.meta.numbers = { [`${TABS} tabs at Keycloak for ${SECONDS} s`]: numbers };
    expect(numbers).toMatchObject({
      'POSTs that Keycloak logged': generations - 1,
      ...{ invalid_grant: 0, 'failed refreshes': 0, 'failed calls': 0, expired: 0, ends: 0 },
    });
    // Due at half a token's life, and spread over a fifth of that.
    expect(granted).toBeGreaterThanOrEqual(Math.floor(SECONDS / 38));
    expect(granted).toBeLessThanOrEqual(SECONDS / 30);
    const who = Object.values(await whoRefreshed(tabs));
    expect(who.slice(-granted).every((one) => one['this-tab'] === 1 && one['another-tab'] === TABS - 1)).toBe(true);
  },
);
