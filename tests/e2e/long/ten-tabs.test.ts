// `npm run test:tabs`: what ten tabs of one session make of three minutes. It prints what was counted.
import { expect, vi } from 'vitest';
import { type Open, scenario } from '../scenarios/support.js';
import { openTabs, SERVERS, told } from '../scenarios/tabs.js';

declare module 'vitest' {
  interface TaskMeta {
    /** What was counted, by where. */
    numbers?: Record<string, Record<string, number>>;
  }
}

const MINUTES = 3;
const TABS = 10;

scenario(
  'ten tabs of one session for three minutes, with 10-second rotating tokens: one request per token, no reuse, no failed call',
  { timeout: (MINUTES + 2) * 60_000 },
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
  await vi.waitUntil(() => performance.now() > until, { timeout: (MINUTES + 1) * 60_000, interval: 1_000 });
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

interface Calling {
  timer: ReturnType<typeof setInterval>;
  calls: Promise<void>[];
  failures: string[];
}

/** Runs in the page: a call each second. Every other one is made with the token itself, so that no replay hides a stale one. */
function beginCalls(url: string) {
  const calls: Promise<void>[] = [];
  const failures: string[] = [];
  const call = async () => {
    const { session } = e2e;
    const response = await (calls.length % 2
      ? session.fetch(url)
      : fetch(url, { headers: { authorization: `Bearer ${await session.getAccessToken()}` } }));
    if (!response.ok) failures.push(String(response.status));
  };
  const timer = setInterval(() => calls.push(call().catch((error) => void failures.push(String(error)))), 1_000);
  Object.assign(globalThis, { calling: { timer, calls, failures } });
}

/** Runs in the page. */
async function endCalls() {
  const { timer, calls, failures } = (globalThis as unknown as { calling: Calling }).calling;
  clearInterval(timer);
  await Promise.all(calls);
  return { made: calls.length, failures };
}
