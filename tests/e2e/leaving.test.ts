import type { Page } from 'puppeteer-core';
import { describe, expect, vi } from 'vitest';
import { test } from './support.js';

/** The event listeners on the window and the document, as the browser itself counts them. */
async function listeners(page: Page): Promise<string[]> {
  const browser = await page.createCDPSession();
  const on = async (expression: string) => {
    const { result } = await browser.send('Runtime.evaluate', { expression });
    const { listeners } = await browser.send('DOMDebugger.getEventListeners', { objectId: result.objectId ?? '' });
    return listeners.map(({ type }) => `${expression}: ${type}`);
  };
  const found = [...(await on('window')), ...(await on('document'))];
  await browser.detach();
  return found;
}

/** Timers and listeners that are there beside those of a page that has started nothing. */
async function leftBehind(page: Page, before: string[]) {
  const after = await listeners(page);
  for (const one of before) after.splice(after.indexOf(one), 1);
  return { timers: await page.evaluate(() => clock.pending()), listeners: after };
}

const nothing = { timers: [], listeners: [] };

test('stop() leaves no timer, no listener and no request behind, and ends nothing', async ({ open }) => {
  const { server, page } = await open({ clock: true });
  const before = await listeners(page);
  await page.evaluate(() => e2e.signIn('cookie', { idleTimeout: '1h' }).then(() => {}));
  expect((await listeners(page)).length).toBeGreaterThan(before.length + 5);
  const outcome = await page.evaluate(async () => {
    await clock.run(0);
    e2e.session.stop();
    e2e.session.stop();
    return e2e.outcome(e2e.session.getAccessToken());
  });
  expect(outcome).toMatchObject({ name: 'EvertokenError', code: 'ERR_STOPPED' });
  expect(await leftBehind(page, before)).toEqual(nothing);
  const sent = server.requests().length;
  await page.evaluate(() => clock.run(600_000));
  expect(server.requests()).toHaveLength(sent);
  expect(await page.evaluate(() => e2e.start('cookie').then(({ snapshot }) => snapshot.status))).toBe('active');
});

describe('an abort of `signal`', () => {
  test('before the start: it rejects with the reason', async ({ open }) => {
    const { server, page } = await open({ clock: true });
    const before = await listeners(page);
    const outcome = await page.evaluate(() =>
      e2e.outcome(e2e.start('cookie', { signal: AbortSignal.abort(new RangeError('left')) })),
    );
    expect(outcome).toMatchObject({ name: 'RangeError', message: 'left' });
    expect(await leftBehind(page, before)).toEqual(nothing);
    expect(server.requests()).toEqual([]);
  });

  test('while the first answer is awaited: it rejects with the reason, and the request has its time and no more', async ({
    open,
  }) => {
    const { server, page } = await open({ clock: true, settings: { faults: { refresh: 'hang' } } });
    const before = await listeners(page);
    await page.evaluate(() => {
      const controller = new AbortController();
      const starting = e2e.outcome(e2e.start('cookie', { signal: controller.signal }));
      Object.assign(globalThis, { controller, starting });
    });
    await vi.waitUntil(() => server.requests().length === 1);
    const outcome = await page.evaluate(() => {
      const { controller, starting } = globalThis as unknown as { controller: AbortController; starting: unknown };
      controller.abort(new RangeError('left'));
      return starting;
    });
    expect(outcome).toMatchObject({ name: 'RangeError', message: 'left' });
    expect((await leftBehind(page, before)).listeners).toEqual([]);
    expect(server.requests()[0]?.endedAt).toBeNull();
    await page.evaluate(() => clock.run(30_000));
    await vi.waitUntil(() => server.requests()[0]?.endedAt);
    expect(await leftBehind(page, before)).toEqual(nothing);
    expect(server.requests()).toHaveLength(1);
  });

  test('later: it stops the loop as stop() does', async ({ open }) => {
    const { page } = await open({ clock: true });
    const before = await listeners(page);
    const outcome = await page.evaluate(async () => {
      const controller = new AbortController();
      const session = await e2e.signIn('cookie', { signal: controller.signal });
      await clock.run(0);
      controller.abort();
      return e2e.outcome(session.refresh());
    });
    expect(outcome).toMatchObject({ code: 'ERR_STOPPED' });
    expect(await leftBehind(page, before)).toEqual(nothing);
  });
});

describe('options that cannot be leave nothing running', () => {
  test.for([
    ['idleTimeuot', { idleTimeuot: '5m' }, 'ERR_UNKNOWN_OPTION'],
    ['checkInterval', { checkInterval: 'soon' }, 'ERR_INVALID_OPTION'],
    ['refreshWindow', { refreshWindow: '-5m' }, 'ERR_INVALID_OPTION'],
    ['refreshTimeout', { refreshTimeout: null }, 'ERR_INVALID_OPTION'],
    ['idleTimeout', { idleTimeout: {} }, 'ERR_INVALID_OPTION'],
    ['storage', { storage: 'cookie' }, 'ERR_INVALID_OPTION'],
    ['allowedOrigins', { allowedOrigins: ['*'] }, 'ERR_INVALID_OPTION'],
    ['refresh', { refresh: 'now' }, 'ERR_INVALID_OPTION'],
    ['refresh.endpoint', { refresh: { endpoint: 'ftp://example.com' } }, 'ERR_INVALID_OPTION'],
    ['signal', { signal: true }, 'ERR_INVALID_OPTION'],
    ['tokens: a broken JWT', { tokens: 'a.b.c' }, 'ERR_TOKEN_MALFORMED'],
    ['tokens: none in it', { tokens: {} }, 'ERR_TOKEN_SET'],
  ] as const)('%s', async ([option, options, code], { open }) => {
    const { server, page } = await open({ clock: true });
    const before = await listeners(page);
    const outcome = await page.evaluate((options) => e2e.outcome(e2e.start('cookie', options as object)), options);
    expect(outcome).toMatchObject({ name: 'EvertokenError', code });
    if (!option.includes(':')) expect(outcome.message).toContain(option);
    expect(await leftBehind(page, before)).toEqual(nothing);
    await page.evaluate(() => clock.run(3_600_000));
    expect(server.requests()).toEqual([]);
  });
});
