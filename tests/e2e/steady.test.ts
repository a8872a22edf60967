import { describe } from 'vitest';
import { test } from './support.js';

const MINUTES = 2;

describe.concurrent('20-second tokens, checked every second, and a call every 200 ms for two minutes', () => {
  const title = 'by %s: no call is rejected, and there is one refresh per half lifetime';
  test.for(['cookie', 'oauth'] as const)(title, { timeout: 180_000 }, async (by, { open, expect }) => {
    const { server, page } = await open({ settings: { tokenLifetime: 20 } });
    const calls = await page.evaluate(callForMinutes, by, MINUTES);
    const { api, refreshes, reuseDetected } = server.stats();
    expect(calls.failures).toEqual([]);
    expect(api).toMatchObject({ accepted: calls.made, rejected: 0 });
    expect(calls.made).toBeGreaterThan(MINUTES * 60 * 4);
    expect(Math.abs(refreshes[by].accepted - 12)).toBeLessThanOrEqual(2);
    // By cookie the first answer of all is that nobody is signed in yet.
    expect(refreshes[by]).toMatchObject({ rejected: by === 'cookie' ? 1 : 0, faulted: 0 });
    expect(reuseDetected).toBe(0);
  });
});

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
      if (performance.now() < until) calls.push(call());
      else resolve(clearInterval(timer));
    }, 200);
  });
  await Promise.all(calls);
  return { made, failures };
}
