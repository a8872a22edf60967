// One tab for two minutes of real time. It prints what was counted.
import { expect } from 'vitest';
import { scenario } from '../scenarios/support.js';

const MINUTES = 2;

// One after the other: the browser would slow the timers of the one behind down.
scenario.for(['cookie', 'oauth'] as const)(
  'by %s, 20-second tokens, checked every second, and a call every 200 ms for two minutes: no call is rejected, and there is one refresh per half lifetime',
  async (by, { open, task }) => {
    const { server, tab } = await open({ settings: { tokenLifetime: 20 } });
    const { failures, made } = await tab.evaluate(callForMinutes, by, MINUTES);
    if (failures.length > 0) console.error(by, failures);
    const { api, refreshes, reuseDetected } = server.stats();
    const numbers = {
      calls: made,
      'failed calls': failures.length,
      accepted: api.accepted,
      rejected: api.rejected,
      refreshes: refreshes[by].accepted,
      'rejected refreshes': refreshes[by].rejected,
      'faulted refreshes': refreshes[by].faulted,
      reuses: reuseDetected,
    };
    task.meta.numbers = { [`one tab, by ${by}`]: numbers };
    expect(numbers).toMatchObject({
      'failed calls': 0,
      accepted: made,
      rejected: 0,
      // By cookie the first answer of all is that nobody is signed in yet.
      'rejected refreshes': by === 'cookie' ? 1 : 0,
      'faulted refreshes': 0,
      reuses: 0,
    });
    expect(made).toBeGreaterThan(MINUTES * 60 * 4);
    expect(Math.abs(numbers.refreshes - 12)).toBeLessThanOrEqual(2);
  },
);

/** Runs in the page. Every other call is made with the token itself, so that no replay hides a stale one. */
async function callForMinutes(by: 'cookie' | 'oauth', minutes: number) {
  const session = await e2e.signIn(by, { checkInterval: '1s' });
  const failures: string[] = [];
  let made = 0;
  const call = async () => {
    made += 1;
    const response =
      made % 2
        ? await session.fetch('/api/me')
        : await fetch('/api/me', { headers: { authorization: `Bearer ${await session.getAccessToken()}` } });
    if (!response.ok) failures.push(String(response.status));
  };
  const calls: Promise<void>[] = [];
  const until = performance.now() + minutes * 60_000;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (performance.now() < until) calls.push(call().catch((error) => void failures.push(String(error))));
      else resolve(clearInterval(timer));
    }, 200);
  });
  await Promise.all(calls);
  return { made, failures };
}
