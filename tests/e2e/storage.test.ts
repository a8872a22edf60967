import { describe, expect } from 'vitest';
import { test } from './support.js';

describe.each(['session', 'local'] as const)('tokens in storage: %s', (storage) => {
  test('a session outlives a reload without a request, and its rotated refresh token too', async ({ open }) => {
    const { server, page } = await open();
    const start = () => page.evaluate((storage) => e2e.start('oauth', { storage }).then(() => {}), storage);
    await page.evaluate((storage) => e2e.signIn('oauth', { storage }).then(() => {}), storage);
    await page.evaluate(() => e2e.session.refresh());
    const sent = server.requests().length;

    await page.reload();
    await start();
    expect(await page.evaluate(() => e2e.session.snapshot.status)).toBe('active');
    expect(server.requests()).toHaveLength(sent);

    await page.evaluate(() => e2e.session.refresh());
    await page.reload();
    await start();
    await page.evaluate(() => e2e.session.refresh());
    expect(server.stats()).toMatchObject({ refreshes: { oauth: { accepted: 3, rejected: 0 } }, reuseDetected: 0 });
  });

  test('nothing is left of it after a sign-out', async ({ open }) => {
    const { page } = await open();
    const status = await page.evaluate(async (storage) => {
      const session = await e2e.signIn('oauth', { storage });
      await session.signOut();
      session.stop();
      return (await e2e.start('oauth', { storage })).snapshot;
    }, storage);
    expect(status).toMatchObject({ status: 'ended', reason: 'signed-out' });
    expect(await page.evaluate((storage) => JSON.stringify(self[`${storage}Storage`]), storage)).not.toMatch(
      /eyJ|refreshToken":"/,
    );
  });
});

test('tokens in memory leave nothing in the browser, and are gone at a reload', async ({ open }) => {
  const { page } = await open();
  await page.evaluate(() => e2e.signIn('oauth').then((session) => session.refresh()));
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  await page.reload();
  const snapshot = await page.evaluate(() => e2e.start('oauth').then((session) => session.snapshot));
  expect(snapshot).toMatchObject({ status: 'ended', reason: 'signed-out' });
});
