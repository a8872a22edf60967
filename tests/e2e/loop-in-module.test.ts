// The module runs the loop: js/ has no part in its timer.
import { expect } from 'vitest';
import { test } from './support.js';

test('the loop runs in the module: wasm sets each of its timers, and no file of js/ does', async ({ open }) => {
  const { page } = await open();
  const calls = await page.evaluate(async () => {
    const calls: { delay: number; stack: string }[] = [];
    const real = globalThis.setTimeout;
    globalThis.setTimeout = ((run: () => void, delay = 0) => {
      // Not the loop's: it hands the session over.
      if (delay > 0) calls.push({ delay, stack: String(new Error().stack) });
      return real(run, delay);
    }) as typeof setTimeout;
    const session = await e2e.signIn('cookie', { idleTimeout: '1h' });
    session.check();
    globalThis.setTimeout = real;
    session.stop();
    return calls;
  });
  expect(calls.length).toBeGreaterThan(1);
  for (const { delay, stack } of calls) {
    expect(delay).toBeLessThanOrEqual(60_000);
    expect(stack).toMatch(/wasm/);
  }
});
