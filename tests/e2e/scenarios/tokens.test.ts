import { describe, expect } from 'vitest';
import type { Tokens } from '../../../js/types.js';
import { refreshTimes, scenario, type Tab } from './support.js';

const MINUTE = 60_000;
const DAY = 86_400;

/** What a refresh function answers; `t` is the time in epoch seconds, `turn` counts its calls. */
type Kind = 'ended' | 'the same' | 'opaque, ten minutes' | 'opaque' | 'sixty days';

/** Starts a session with such answers. `asked` tells when it was asked for them. */
const startWith = (tab: Tab, kind: Kind) =>
  tab.evaluate(async (kind) => {
    const part = (value: object) => btoa(JSON.stringify(value)).replace(/=+$/, '');
    const jwt = (claims: object) => `${part({ alg: 'none' })}.${part(claims)}.c2ln`;
    const began = Math.floor(clock.now() / 1_000);
    const answers: Record<Kind, (t: number, turn: number) => Tokens> = {
      ended: (t, turn) => ({ accessToken: jwt({ iat: t - 600, exp: t - 300, turn }), expiresIn: 0 }),
      'the same': (_, turn) => ({ accessToken: jwt({ iat: began, exp: began + 600 }), refreshToken: `r${turn}` }),
      'opaque, ten minutes': (_, turn) => ({ access_token: `opaque-${turn}`, expires_in: 600 }),
      opaque: (_, turn) => ({ access_token: `opaque-${turn}` }),
      'sixty days': (t, turn) => jwt({ iat: t, exp: t + 60 * 86_400, turn }),
    };
    const asked: number[] = [];
    const refresh = async () => {
      asked.push(clock.now() / 1_000);
      return answers[kind](Math.floor(clock.now() / 1_000), asked.length);
    };
    Object.assign(globalThis, { asked });
    e2e.follow(await e2e.evertoken.startRefreshLoop({ refresh }));
  }, kind);

const asked = (tab: Tab) => tab.evaluate(() => (globalThis as unknown as { asked: number[] }).asked);
const run = (tab: Tab, ms: number) => tab.evaluate((ms) => clock.run(ms), ms);
const inHand = (tab: Tab) =>
  tab.evaluate(() => ({
    token: e2e.session.accessToken ?? null,
    ...e2e.session.snapshot,
    kinds: e2e.events.map((e) => e.type),
  }));

describe('a token that has already ended', () => {
  scenario('at the load is renewed by its valid refresh token, and never handed out', async ({ open }) => {
    const { server, tab } = await open({
      clock: true,
      settings: { tokenLifetime: 300, refreshTokenLifetime: 90 * DAY },
    });
    await tab.evaluate(async (ms) => {
      await e2e.signIn('oauth', { storage: 'local' });
      await clock.sleep(ms, { mono: true });
    }, 60 * MINUTE);
    await tab.reload();
    const seen = await tab.evaluate(async () => {
      const { snapshot } = await e2e.start('oauth', { storage: 'local' });
      return { status: snapshot.status, answer: (await e2e.session.fetch('/api/me')).status };
    });
    expect(seen).toEqual({ status: 'active', answer: 200 });
    expect(server.stats()).toMatchObject({ api: { rejected: 0 }, refreshes: { oauth: { accepted: 1, rejected: 0 } } });
  });

  scenario('in every answer is never handed out, and makes no storm', async ({ open }) => {
    const { tab } = await open({ clock: true });
    await startWith(tab, 'ended');
    await run(tab, 10 * MINUTE);
    const { token, status, kinds } = await inHand(tab);
    expect([token, status]).toEqual([null, 'expired']);
    expect(kinds).not.toContain('ended');
    const times = await asked(tab);
    expect(times.length).toBeGreaterThan(3);
    // Six waits of up to a minute in all, and then one a minute on average twice over.
    expect(times.length).toBeLessThan(40);
  });
});

scenario('the same token again is no new one: it keeps its end, and each next try waits longer', async ({ open }) => {
  const { tab } = await open({ clock: true });
  const now = await tab.evaluate(() => Math.floor(clock.now() / 1_000));
  await startWith(tab, 'the same');
  const first = await inHand(tab);
  expect(first).toMatchObject({ status: 'active', generation: 1, expiresAt: expect.closeTo(now + 600, -1) });
  await run(tab, 9 * MINUTE);
  const later = await inHand(tab);
  expect(later).toMatchObject({ status: 'active', token: first.token });
  expect(Math.abs((later.expiresAt ?? 0) - (first.expiresAt ?? 0))).toBeLessThanOrEqual(1);
  const times = await asked(tab);
  expect(times.length).toBeGreaterThan(2);
  expect(times.length).toBeLessThan(20);
  await run(tab, 2 * MINUTE);
  expect(await inHand(tab)).toMatchObject({ status: 'expired', token: null });
});

describe('an opaque token', () => {
  scenario('with expires_in is refreshed before it ends', async ({ open }) => {
    const { tab } = await open({ clock: true });
    await startWith(tab, 'opaque, ten minutes');
    await run(tab, 60 * MINUTE);
    const times = await asked(tab);
    const ages = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(ages.length).toBeGreaterThanOrEqual(9);
    for (const age of ages) {
      expect(age).toBeGreaterThanOrEqual(300);
      expect(age).toBeLessThanOrEqual(361);
    }
    expect(await inHand(tab)).toMatchObject({ status: 'active', token: `opaque-${times.length}` });
  });

  scenario('without expires_in never ends, and nothing is asked again', async ({ open }) => {
    const { tab } = await open({ clock: true });
    await startWith(tab, 'opaque');
    await run(tab, 400 * DAY * 1_000);
    expect(await asked(tab)).toHaveLength(1);
    expect(await inHand(tab)).toMatchObject({ status: 'active', token: 'opaque-1', refresh: 'idle' });
    expect(await tab.evaluate(() => clock.pending())).toEqual([]);
  });
});

scenario('a token of 60 days is not expired at once by a 32-bit timer', async ({ open }) => {
  const { tab } = await open({ clock: true });
  await startWith(tab, 'sixty days');
  await run(tab, 2 * DAY * 1_000);
  const { status, kinds } = await inHand(tab);
  expect([status, kinds]).toEqual(['active', []]);
  expect(await asked(tab)).toHaveLength(1);
});

describe('where the server caps exp at the maximum of its session', () => {
  const settings = { tokenLifetime: 300, refreshTokenLifetime: 1800, sessionMaximum: 1800 };

  scenario('the last minutes see no storm, and no rotated refresh token is lost', async ({ open }) => {
    const { server, tab } = await open({ clock: true, settings });
    await tab.evaluate(() => e2e.signIn('oauth').then(() => {}));
    await run(tab, 29.5 * MINUTE);
    const before = refreshTimes(server).length;
    expect(before).toBeGreaterThanOrEqual(9);
    // A refresh per half lifetime, and some more for the tokens that become shorter and shorter.
    expect(before).toBeLessThanOrEqual(25);
    expect(server.stats()).toMatchObject({ reuseDetected: 0, refreshes: { oauth: { rejected: 0 } } });
    expect(await inHand(tab)).toMatchObject({ status: 'active' });
    await run(tab, 5 * MINUTE);
    expect(await inHand(tab)).toMatchObject({ status: 'ended', reason: 'refresh-rejected' });
    expect(server.stats()).toMatchObject({ reuseDetected: 0, refreshes: { oauth: { rejected: 1 } } });
  });

  scenario('a maximum of our own ends the session in time, without a refusal', async ({ open }) => {
    const { server, tab } = await open({ clock: true, settings });
    await tab.evaluate(() => e2e.signIn('oauth', { maxSessionLifespan: '29m' }).then(() => {}));
    await run(tab, 30 * MINUTE);
    expect(await inHand(tab)).toMatchObject({ status: 'ended', reason: 'max-lifespan' });
    expect(server.stats()).toMatchObject({ reuseDetected: 0, refreshes: { oauth: { rejected: 0 } } });
  });
});
