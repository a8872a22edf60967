import { describe, expect } from 'vitest';
import { scenario } from './support.js';

describe.each(['session', 'local', 'own'] as const)('tokens in storage: %s', (storage) => {
  scenario('a session outlives a reload without a request, and its rotated refresh token too', async ({ open }) => {
    const { server, tab } = await open();
    const start = () => tab.evaluate((storage) => e2e.start('oauth', { storage }).then(() => {}), storage);
    await tab.evaluate((storage) => e2e.signIn('oauth', { storage }).then(() => {}), storage);
    await tab.evaluate(() => e2e.session.refresh());
    const sent = server.requests().length;

    await tab.reload();
    await start();
    expect(await tab.evaluate(() => e2e.session.snapshot.status)).toBe('active');
    expect(server.requests()).toHaveLength(sent);

    await tab.evaluate(() => e2e.session.refresh());
    await tab.reload();
    await start();
    await tab.evaluate(() => e2e.session.refresh());
    expect(server.stats()).toMatchObject({ refreshes: { oauth: { accepted: 3, rejected: 0 } }, reuseDetected: 0 });
  });

  scenario('nothing is left of it after a sign-out', async ({ open }) => {
    const { tab } = await open();
    const status = await tab.evaluate(async (storage) => {
      const session = await e2e.signIn('oauth', { storage });
      await session.signOut();
      session.stop();
      return (await e2e.start('oauth', { storage })).snapshot;
    }, storage);
    expect(status).toMatchObject({ status: 'ended', reason: 'signed-out' });
    const left = await tab.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
    expect(left).not.toMatch(/eyJ|refreshToken":"/);
  });
});

scenario('tokens in memory leave nothing in the browser, and are gone at a reload', async ({ open }) => {
  const { tab } = await open();
  await tab.evaluate(() => e2e.signIn('oauth').then((session) => session.refresh()));
  expect(await tab.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  await tab.reload();
  const snapshot = await tab.evaluate(() => e2e.start('oauth').then((session) => session.snapshot));
  expect(snapshot).toMatchObject({ status: 'ended', reason: 'signed-out' });
});

scenario('a session by cookie outlives a reload with tokens in memory, by one request', async ({ open }) => {
  const { server, tab } = await open();
  await tab.evaluate(() => e2e.signIn('cookie').then(() => {}));
  const sent = server.requests().length;
  await tab.reload();
  const snapshot = await tab.evaluate(() => e2e.start('cookie').then((session) => session.snapshot));
  expect(snapshot).toMatchObject({ status: 'active', generation: 2 });
  expect(server.requests().slice(sent)).toMatchObject([{ kind: 'refresh', outcome: 'accepted' }]);
});
