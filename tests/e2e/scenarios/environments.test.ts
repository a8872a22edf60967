// Where else than in a plain page: a worker, and pages under a Content Security Policy.
import { expect } from 'vitest';
import { scenario } from './support.js';

scenario('a dedicated worker keeps a session of its own', async ({ open }) => {
  const { server, tab } = await open();
  const told = await tab.evaluate(async () => {
    await e2e.tokens('cookie', 'ada', 'demo');
    const worker = new Worker('/e2e/worker.js', { type: 'module' });
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
  });
  expect(told).toEqual({ first: 200, second: 200, status: 'active', generation: 2 });
  expect(server.stats()).toMatchObject({ refreshes: { cookie: { accepted: 2 } }, api: { accepted: 2, rejected: 0 } });
});

scenario("a policy without 'wasm-unsafe-eval' is ERR_WASM_UNAVAILABLE, which names it", async ({ open }) => {
  const { server, tab } = await open({ path: '/e2e/without-wasm.html' });
  const outcome = await tab.evaluate(() => e2e.outcome(e2e.start('cookie')));
  expect(outcome).toMatchObject({ name: 'EvertokenError', code: 'ERR_WASM_UNAVAILABLE' });
  expect(outcome.message).toContain("'wasm-unsafe-eval'");
  expect(server.requests()).toEqual([]);
});

scenario(
  "a policy that allows no more than the page's own scripts and 'wasm-unsafe-eval' is not violated",
  async ({ open }) => {
    const { tab } = await open();
    const violated = await tab.evaluate(async () => {
      const violated: string[] = [];
      document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => violated.push(violatedDirective));
      const session = await e2e.signIn('cookie');
      await session.fetch('/api/me');
      return violated;
    });
    expect(violated).toEqual([]);
  },
);
