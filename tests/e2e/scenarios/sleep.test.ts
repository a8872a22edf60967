import { describe, expect } from 'vitest';
import { type Open, refreshTimes, scenario } from './support.js';

const HOUR = 3_600_000;
const DAY = 86_400;

describe.each([
  ['both clocks go on', true],
  ['only the wall clock goes on', false],
])('a machine sleeps beyond the end of its token, and %s', (_, mono) => {
  const asleep = async (open: Open, options = {}) => {
    const opened = await open({ clock: true, settings: { tokenLifetime: 3600, refreshTokenLifetime: 90 * DAY } });
    await opened.tab.evaluate(
      async (mono, hours, options) => {
        await e2e.signIn('oauth', options);
        await clock.run(60_000);
        e2e.events.length = 0;
        await clock.sleep(hours, { mono });
      },
      mono,
      2 * HOUR,
      options,
    );
    return opened;
  };

  scenario('an API call at the very wake waits for a new token and carries no dead one', async ({ open }) => {
    const { server, tab } = await asleep(open);
    const seen = await tab.evaluate(async () => {
      const { status } = await e2e.session.fetch('/api/me');
      return { status, snapshot: e2e.session.snapshot, events: e2e.events.map(({ type }) => type) };
    });
    expect(seen).toMatchObject({ status: 200, snapshot: { status: 'active', generation: 2, attempts: 0 } });
    expect(seen.events).toEqual(['expired', 'refreshed']);
    expect(server.stats()).toMatchObject({
      api: { accepted: 1, rejected: 0 },
      refreshes: { oauth: { accepted: 1, rejected: 0 } },
    });
  });

  scenario('the dead token is not in hand any more, and ten who ask share one refresh', async ({ open }) => {
    const { server, tab } = await asleep(open);
    const tokens = await tab.evaluate(async () => {
      const inHand = typeof e2e.session.accessToken;
      const asked = await Promise.all(Array.from({ length: 10 }, () => e2e.session.getAccessToken()));
      return { inHand, different: new Set(asked).size, isInHand: asked[0] === e2e.session.accessToken };
    });
    expect(tokens).toEqual({ inHand: 'undefined', different: 1, isInHand: true });
    expect(refreshTimes(server)).toHaveLength(1);
  });

  scenario('the first sign of life makes a check at once', async ({ open }) => {
    const { server, tab } = await asleep(open);
    const woken = await tab.evaluate(async () => {
      const at = clock.now() / 1_000;
      dispatchEvent(new Event('focus'));
      await clock.run(0);
      return { at, status: e2e.session.snapshot.status };
    });
    expect(woken.status).toBe('active');
    expect(refreshTimes(server)).toEqual([expect.closeTo(woken.at, 1)]);
  });

  scenario('without any sign of life the next check finds it, a check interval later at most', async ({ open }) => {
    const { server, tab } = await asleep(open);
    const woken = await tab.evaluate(async () => {
      const at = clock.now() / 1_000;
      await clock.run(60_000);
      return { at, status: e2e.session.snapshot.status };
    });
    expect(woken.status).toBe('active');
    expect(refreshTimes(server)).toHaveLength(1);
    expect((refreshTimes(server)[0] ?? 0) - woken.at).toBeLessThanOrEqual(60);
  });

  scenario('the input that wakes it after the idle limit does not save the session', async ({ open }) => {
    const { server, tab } = await asleep(open, { idleTimeout: '1h', maxSessionLifespan: '9h' });
    await tab.press('Shift');
    const { status, reason, events } = await tab.evaluate(async () => {
      e2e.session.recordActivity();
      await clock.run(0);
      return { ...e2e.session.snapshot, events: e2e.events.map(({ type }) => type) };
    });
    expect({ status, reason }).toEqual({ status: 'ended', reason: 'idle' });
    expect(events).toEqual(['ended']);
    expect(refreshTimes(server)).toEqual([]);
  });
});

scenario('a token that sleep left with some of its life is used, and refreshed when it is due', async ({ open }) => {
  const { server, tab } = await open({
    clock: true,
    settings: { tokenLifetime: 7200, refreshTokenLifetime: 90 * DAY },
  });
  const status = await tab.evaluate(async (ms) => {
    await e2e.signIn('oauth');
    await clock.sleep(ms);
    return (await e2e.session.fetch('/api/me')).status;
  }, HOUR);
  expect(status).toBe(200);
  expect(refreshTimes(server)).toEqual([]);
  await tab.evaluate((ms) => clock.run(ms), HOUR);
  expect(refreshTimes(server)).toHaveLength(1);
  expect(server.stats().api.rejected).toBe(0);
});
