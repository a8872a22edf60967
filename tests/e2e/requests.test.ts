import { expect } from 'vitest';
import { test } from './support.js';

test('ten calls that are refused at once make one refresh, and all are sent again', async ({ open }) => {
  const { server, page } = await open();
  await page.evaluate(() => e2e.signIn('oauth').then(() => {}));
  server.set({ faults: { api: { kind: '401', count: 10 } } });
  const statuses = await page.evaluate(() =>
    Promise.all(Array.from({ length: 10 }, () => e2e.session.fetch('/api/me').then(({ status }) => status))),
  );
  expect(statuses).toEqual(Array(10).fill(200));
  expect(server.stats()).toMatchObject({ refreshes: { oauth: { accepted: 1 } }, api: { accepted: 10 } });
  expect(server.requests({ kind: 'api' })).toHaveLength(20);
});

test('a second 401 is the caller’s, and no other origin gets a bearer', async ({ open }) => {
  const { server, page } = await open();
  await page.evaluate(() => e2e.signIn('cookie').then(() => {}));
  server.set({ faults: { api: '401' } });
  expect(await page.evaluate(() => e2e.session.fetch('/api/me').then(({ status }) => status))).toBe(401);
  expect(server.requests({ kind: 'api' })).toHaveLength(2);
  expect(await page.evaluate(() => ['/api/me', 'https://elsewhere.example/'].map(e2e.session.allows))).toEqual([
    true,
    false,
  ]);
});

test('a dedicated worker keeps a session of its own', async ({ open }) => {
  const { server, page } = await open();
  const told = await page.evaluate(async () => {
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

test("a policy without 'wasm-unsafe-eval' is ERR_WASM_UNAVAILABLE, which names it", async ({ open }) => {
  const { server, page } = await open({ path: '/e2e/without-wasm.html' });
  const outcome = await page.evaluate(() => e2e.outcome(e2e.start('cookie')));
  expect(outcome).toMatchObject({ name: 'EvertokenError', code: 'ERR_WASM_UNAVAILABLE' });
  expect(outcome.message).toContain("'wasm-unsafe-eval'");
  expect(server.requests()).toEqual([]);
});

test("under a policy that allows no more than the page's own scripts and 'wasm-unsafe-eval' nothing is reported", async ({
  open,
}) => {
  const { page, messages } = await open();
  await page.evaluate(() =>
    e2e
      .signIn('cookie')
      .then((session) => session.fetch('/api/me'))
      .then(() => {}),
  );
  expect(messages).toEqual([]);
});
