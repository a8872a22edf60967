import { expect, vi } from 'vitest';
import { test } from './support.js';

test('an idle session warns, ends, and tells the server', async ({ open }) => {
  const { server, page } = await open({ clock: true });
  const signedInAt = await page.evaluate(async () => {
    await e2e.signIn('cookie', { idleTimeout: '10m', idleWarning: '2m' });
    return clock.now() / 1000;
  });
  const spoken = () => page.evaluate(() => e2e.events.filter(({ type }) => /idle|ended/.test(type)));
  await page.evaluate(() => clock.run(7.9 * 60_000));
  expect(await spoken()).toEqual([]);
  await page.evaluate(() => clock.run(0.2 * 60_000));
  const warning = { type: 'idlewarning', endsAt: expect.closeTo(signedInAt + 600, 0) };
  expect(await spoken()).toEqual([warning]);
  await page.evaluate(() => clock.run(2 * 60_000));
  expect(await spoken()).toEqual([warning, { type: 'ended', reason: 'idle' }]);
  expect(await page.evaluate(() => typeof e2e.session.accessToken)).toBe('undefined');
  await vi.waitUntil(() => server.stats().sessions === 0);
});

test('the refreshes of the loop are no activity, a moved mouse and a pressed key are', async ({ open }) => {
  const { page } = await open({ clock: true });
  await page.evaluate(() => e2e.signIn('cookie', { idleTimeout: '1m', idleWarning: '30s' }).then(() => {}));
  const idleEndsIn = () => page.evaluate(() => (e2e.session.snapshot.idleEndsAt ?? 0) - clock.now() / 1000);
  await page.evaluate(() => clock.run(40_000));
  expect(await page.evaluate(() => e2e.session.snapshot.generation)).toBeGreaterThan(2);
  expect(await idleEndsIn()).toBeCloseTo(20, 1);

  await page.mouse.move(30, 40);
  await vi.waitUntil(async () => (await idleEndsIn()) > 59);
  expect(await page.evaluate(() => e2e.events.map(({ type }) => type))).toContain('idlewarningcleared');

  await page.evaluate(() => clock.run(50_000));
  // Input within a second of the last is not looked at, so it is given until it was.
  await vi.waitUntil(async () => {
    await page.keyboard.press('Shift');
    return (await idleEndsIn()) > 59;
  });
  await page.evaluate(() => clock.run(61_000));
  expect(await page.evaluate(() => e2e.session.snapshot.reason)).toBe('idle');
});

test("with activity: 'manual' only recordActivity() counts", async ({ open }) => {
  const { page } = await open({ clock: true });
  await page.evaluate(() => e2e.signIn('cookie', { idleTimeout: '1m', activity: 'manual' }).then(() => {}));
  const ends = () => page.evaluate(() => e2e.session.snapshot.idleEndsAt ?? Number.NaN);
  const before = await ends();
  await page.evaluate(() => clock.run(20_000));
  await page.mouse.move(30, 40);
  await page.keyboard.press('Shift');
  expect(await ends()).toBe(before);
  await page.evaluate(() => e2e.session.recordActivity());
  expect((await ends()) - before).toBeCloseTo(20, 1);
});

test('the maximum lifespan is announced and ends the session, whatever the activity', async ({ open }) => {
  const { server, page } = await open({ clock: true });
  await page.evaluate(async () => {
    await e2e.signIn('cookie', { maxSessionLifespan: '2m', sessionWarning: '30s', idleTimeout: '1m' });
    for (let second = 0; second < 125; second += 5) {
      await clock.run(5_000);
      if (e2e.session.snapshot.status !== 'ended') e2e.session.recordActivity();
    }
  });
  const spoken = await page.evaluate(() => e2e.events.filter(({ type }) => /^session|ended/.test(type)));
  expect(spoken).toEqual([
    { type: 'sessionexpiring', endsAt: expect.any(Number), because: 'max-lifespan' },
    { type: 'ended', reason: 'max-lifespan' },
  ]);
  await vi.waitUntil(() => server.stats().sessions === 0);
});
