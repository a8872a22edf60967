// `npm run test:tabs`: what ten tabs of one session make of three minutes. It prints what was counted.
import { expect, vi } from 'vitest';
import { beginCalls, endCalls } from '../scenarios/calls.js';
import { type Open, scenario } from '../scenarios/support.js';
import { openTabs, SERVERS, told } from '../scenarios/tabs.js';

const MINUTES = 3;
const TABS = 10;

scenario(
  'ten tabs of one session for three minutes, with 10-second rotating tokens: one request per token, no reuse, no failed call',
  { timeout: (MINUTES + 5) * 60_000 },
  async ({ open, task }) => {
    const counted = await Promise.all(SERVERS.map(async (at) => [at, await callForMinutes(open, at)] as const));
    task.meta.numbers = Object.fromEntries(counted);
    for (const [, numbers] of counted) {
      expect(numbers).toMatchObject({
        requests: numbers.generations,
        reuses: 0,
        'failed calls': 0,
        expired: 0,
        ends: 0,
      });
      expect(numbers.generations).toBeGreaterThanOrEqual(MINUTES * 6);
      // Browsers slow the timers of hidden tabs down, WebKit most.
      expect(numbers.calls).toBeGreaterThan((MINUTES * 60 * TABS) / 2);
    }
  },
);

async function callForMinutes(open: Open, at: (typeof SERVERS)[number]) {
  const { tabs, api, counts } = await openTabs(open, TABS, { at, lifetime: 10, options: { checkInterval: '1s' } });
  const until = performance.now() + MINUTES * 60_000;
  await Promise.all(tabs.map((tab) => tab.evaluate(beginCalls, api)));
  await vi.waitUntil(() => performance.now() > until, { timeout: (MINUTES + 2) * 60_000, interval: 1_000 });
  const calls = await Promise.all(tabs.map((tab) => tab.evaluate(endCalls)));
  const { requests, generations, reuses } = counts();
  const events = async (type: string) => (await told(tabs, type)).flat();
  const failures = calls.flatMap(({ failures }) => failures);
  if (failures.length > 0) console.error(at, failures);
  return {
    requests,
    generations,
    reuses,
    adoptions: (await events('refreshed')).filter(({ by }) => by === 'another-tab').length,
    calls: calls.reduce((total, { made }) => total + made, 0),
    'failed calls': failures.length,
    expired: (await events('expired')).length,
    ends: (await events('ended')).length,
  };
}
