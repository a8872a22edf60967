// What a LightNap back end answers, and what becomes of it in the page.
import { describe, expect, vi } from 'vitest';
import type { Session } from '../../js/types.js';
import { type Open, scenario, type Tab } from '../e2e/scenarios/support.js';
import { told } from '../e2e/scenarios/tabs.js';
import { type LightNap, startLightNap } from './lightnap/server.js';
import { fromPage, headingsOf, keepCookies, kept } from './pages.js';

const MINUTE = 60_000;

/** A page and a back end that share its time, where that passes only as the scenario says. */
async function opened(open: Open, { clock = false }: { clock?: boolean } = {}) {
  const time = { now: Date.now };
  const lightNap = await startLightNap(() => time.now());
  const { tab, server } = await open({ clock, connectTo: [lightNap.url] });
  if (clock) time.now = () => server.setClock({}).now;
  return { tab, lightNap };
}

const settingsOf = ({ url, settings }: LightNap) => ({
  url,
  issuer: settings.issuer,
  audience: settings.audience,
  expirationMinutes: settings.expirationMinutes,
});

/** Starts a session in a page that may have just been loaded. */
const start = (tab: Tab, lightNap: LightNap, options = {}) =>
  tab.evaluate(
    (settings, options) => e2e.startAt('lightnap', settings, options).then(({ snapshot }) => snapshot),
    settingsOf(lightNap),
    options,
  );

const signIn = (tab: Tab, lightNap: LightNap, login = 'ada') =>
  tab.evaluate(
    (settings, login) => e2e.signInAt('lightnap', settings, { login, password: 'demo', rememberMe: true }),
    settingsOf(lightNap),
    login,
  );

async function signedIn(open: Open, { clock, options = {} }: { clock?: boolean; options?: object } = {}) {
  const { tab, lightNap } = await opened(open, { clock: clock ?? false });
  await start(tab, lightNap, options);
  expect(await signIn(tab, lightNap)).toBe(undefined);
  expect(await snapshot(tab)).toMatchObject({ status: 'active' });
  const before = refreshes(lightNap);
  return { tab, lightNap, refreshes: () => refreshes(lightNap) - before };
}

const refreshes = (lightNap: LightNap) => lightNap.seen('access-token').length;
const snapshot = (tab: Tab) => tab.evaluate(() => e2e.session.snapshot);
const token = (tab: Tab) => tab.evaluate(() => typeof e2e.session.accessToken);
const run = (tab: Tab, ms: number) => tab.evaluate((ms) => clock.run(ms), ms);

describe('lightnap 1', () => {
  scenario('the session starts from the cookie alone', async ({ open }) => {
    const { tab, lightNap } = await signedIn(open);
    await tab.reload();
    expect(await start(tab, lightNap)).toMatchObject({ status: 'active' });
    expect(lightNap.seen('access-token').at(-1)).toMatchObject({ cookie: true });
    expect(await tab.evaluate(() => e2e.session.claims)).toMatchObject({
      iss: lightNap.url,
      'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name': 'ada',
    });
    expect(await tab.evaluate(() => [document.cookie, JSON.stringify({ ...localStorage, ...sessionStorage })])).toEqual(
      ['', '{}'],
    );
  });

  scenario('an empty result means signed out, and is no error', async ({ open }) => {
    const { tab, lightNap } = await opened(open);
    expect(await start(tab, lightNap)).toMatchObject({ status: 'ended', reason: 'signed-out' });
    expect(refreshes(lightNap)).toBe(1);
    expect(await told([tab], 'refreshfailed')).toEqual([[]]);
  });

  scenario.for(['EmailVerificationRequired', 'TwoFactorRequired'])(
    'a sign-in that comes to %s signs nobody in',
    async (step, { open }) => {
      const { tab, lightNap } = await opened(open);
      await start(tab, lightNap);
      const login = { EmailVerificationRequired: 'unverified', TwoFactorRequired: 'two-factor' }[step];
      expect(await signIn(tab, lightNap, login)).toBe(step);
      expect(await snapshot(tab)).toMatchObject({ status: 'ended', reason: 'signed-out' });
    },
  );
});

scenario('lightnap 2: 300 s left at a check are no call, less are exactly one, with credentials', async ({ open }) => {
  const { tab, lightNap } = await opened(open, { clock: true });
  // A client whose share of the spread is nothing.
  await tab.evaluate(() => {
    Math.random = () => 0;
  });
  await start(tab, lightNap, { checkInterval: '1d' });
  await signIn(tab, lightNap);
  const before = refreshes(lightNap);
  const left = (seconds: number) =>
    tab.evaluate(async (seconds) => {
      await clock.run(((e2e.session.snapshot.expiresAt ?? 0) - seconds) * 1_000 - clock.now());
      e2e.session.check();
      await clock.settled();
      return (e2e.session.snapshot.expiresAt ?? 0) - clock.now() / 1_000;
    }, seconds);
  expect(await left(301)).toBe(301);
  expect(await left(300)).toBe(300);
  expect(refreshes(lightNap) - before).toBe(0);
  expect(await left(299)).toBeGreaterThan(19 * 60);
  await tab.evaluate(() => e2e.session.check());
  await run(tab, 5_000);
  expect(refreshes(lightNap) - before).toBe(1);
  expect(lightNap.seen('access-token').at(-1)).toMatchObject({ cookie: true });
});

scenario('lightnap 3: five checks while a refresh is pending make one request', async ({ open }) => {
  const { tab, lightNap, refreshes } = await signedIn(open);
  lightNap.manners['access-token'] = 'hold';
  const refreshing = tab.evaluate(() => e2e.session.refresh().then(() => {}));
  await vi.waitUntil(() => refreshes() === 1);
  await tab.evaluate(() => {
    for (let check = 0; check < 5; check++) e2e.session.check();
  });
  lightNap.manners['access-token'] = 'as it is';
  lightNap.release();
  await refreshing;
  expect(await snapshot(tab)).toMatchObject({ generation: 2, refresh: 'idle' });
  expect(refreshes()).toBe(1);
});

scenario('lightnap 4: a refresh that lands after the sign-out leaves the session signed out', async ({ open }) => {
  const { tab, lightNap } = await opened(open);
  await tab.evaluate(keepAnswers);
  await start(tab, lightNap);
  await signIn(tab, lightNap);
  const before = refreshes(lightNap);
  lightNap.manners['access-token'] = 'hold';
  const refreshing = tab.evaluate(() => e2e.outcome(e2e.session.refresh()));
  await vi.waitUntil(() => refreshes(lightNap) === before + 1);
  const signingOut = tab.evaluate(() => e2e.session.signOut());
  expect(await refreshing).toMatchObject({ code: 'ERR_SESSION_ENDED', reason: 'signed-out' });
  lightNap.release();
  await signingOut;
  await tab.evaluate(untilAnswered);
  expect([await snapshot(tab), await token(tab)]).toEqual([
    expect.objectContaining({ status: 'ended', reason: 'signed-out' }),
    'undefined',
  ]);
  await vi.waitUntil(() => lightNap.sessions.size === 0);
});

interface Kept {
  answers: Promise<unknown>[];
}

/** Runs in the page, before a session starts: so that it can be waited until all answers are there. */
function keepAnswers() {
  const send = globalThis.fetch;
  const answers: Promise<unknown>[] = [];
  Object.assign(globalThis, { answers });
  globalThis.fetch = async (...args) => {
    const answer = send(...args);
    answers.push(answer.then((response) => response.clone().text()));
    return answer;
  };
}

/** Runs in the page: all answers are there, and the session has had its turn with them. */
async function untilAnswered() {
  await Promise.allSettled((globalThis as unknown as Kept).answers);
  await new Promise((go) => setTimeout(go));
}

scenario.for([
  ['a 500', { status: 500, text: 'Internal Server Error' }, { kind: 'http', status: 500 }],
  ['an exception, told with the status 200', 'UnexpectedError', { kind: 'http', status: 500 }],
  ['a rate limit in plain text', { status: 429, text: 'Too many requests.' }, { kind: 'http', status: 429 }],
  ['a network fault', 'drop', { kind: 'network' }],
] as const)('lightnap 5: with a valid token %s keeps it, and is tried again', async ([, manner, failure], { open }) => {
  const { tab, lightNap, refreshes } = await signedIn(open, { clock: true });
  lightNap.manners['access-token'] = manner;
  await run(tab, 17 * MINUTE);
  expect(refreshes()).toBeGreaterThanOrEqual(2);
  expect(await snapshot(tab)).toMatchObject({ status: 'active', lastFailure: failure, generation: 1 });
  expect(await token(tab)).toBe('string');
  lightNap.manners['access-token'] = 'as it is';
  // The next try is made before the token ends.
  await run(tab, 4 * MINUTE);
  expect(await snapshot(tab)).toMatchObject({ status: 'active', generation: 2, attempts: 0 });
  expect(await told([tab], 'ended')).toEqual([[]]);
});

scenario('lightnap 6: an error with status 200 is a rejection, with its messages in the error', async ({ open }) => {
  const { tab, lightNap } = await signedIn(open);
  lightNap.manners['access-token'] = 'Error';
  await tab.reload();
  const seen = await tab.evaluate(async (settings) => {
    const { lightnap } = await e2e.profile('lightnap');
    const told: string[] = [];
    const session = await e2e.startLoop(
      lightnap({ ...settings, onRejected: ({ name, message }) => told.push(`${name}: ${message}`) }),
    );
    return { told, ended: session.snapshot.status === 'ended' && session.snapshot.lastFailure };
  }, settingsOf(lightNap));
  expect(seen).toEqual({
    told: ['RefreshRejected: the server refused the refresh: The access-token went wrong. Ask for help.'],
    ended: { kind: 'rejected' },
  });
});

describe('lightnap 7', () => {
  /** When each refresh came after the token before it, in an hour of 5-minute tokens. */
  const anHour = async (open: Open, options = {}) => {
    const { tab, lightNap } = await opened(open, { clock: true });
    lightNap.settings.expirationMinutes = 5;
    await start(tab, lightNap, options);
    await signIn(tab, lightNap);
    const before = refreshes(lightNap);
    const signedInAt = await tab.evaluate(() => clock.now() / 1_000);
    await run(tab, 60 * MINUTE);
    expect(await snapshot(tab)).toMatchObject({ status: 'active' });
    const times = lightNap
      .seen('access-token')
      .map(({ at }) => at)
      .slice(before);
    return times.map((time, index) => time - (times[index - 1] ?? signedInAt));
  };

  scenario('a 5-minute token makes one refresh per half lifetime', async ({ open }) => {
    const ages = await anHour(open);
    expect(ages.length).toBeGreaterThanOrEqual(20);
    // Spread over a fifth of the window of 150 s; exp is a whole second.
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(149);
    expect(Math.max(...ages)).toBeLessThanOrEqual(181);
  });

  scenario('with adaptiveWindow: false it makes one per check, never more', async ({ open }) => {
    const ages = await anHour(open, { adaptiveWindow: false });
    expect(ages.length).toBeGreaterThanOrEqual(58);
    expect(ages.length).toBeLessThanOrEqual(60);
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(59.9);
  });
});

describe('lightnap 8', () => {
  const ends = [
    ['signed-out', {}],
    ['idle', { idleTimeout: '10m' }],
    ['max-lifespan', { maxSessionLifespan: '10m' }],
  ] as const;

  const ended = async (
    open: Open,
    [reason, options]: (typeof ends)[number],
    manner: 'as it is' | 'UnexpectedError',
  ) => {
    const { tab, lightNap } = await signedIn(open, { clock: true, options });
    lightNap.manners.logout = manner;
    await tab.evaluate((leaves) => leaves && e2e.session.signOut(), reason === 'signed-out');
    await run(tab, 11 * MINUTE);
    expect(await snapshot(tab)).toMatchObject({ status: 'ended', reason });
    expect(lightNap.seen('logout').length).toBeGreaterThanOrEqual(1);
    return { tab, lightNap };
  };

  scenario.for(ends)('after the end %s a reload finds nobody signed in', async (end, { open }) => {
    const { tab, lightNap } = await ended(open, end, 'as it is');
    expect(lightNap.sessions.size).toBe(0);
    await tab.reload();
    expect(await start(tab, lightNap, end[1])).toMatchObject({ status: 'ended', reason: 'signed-out' });
  });

  scenario.for(ends)(
    'after the end %s, a logout that failed is made again before anything else',
    async (end, { open }) => {
      const { tab, lightNap } = await ended(open, end, 'UnexpectedError');
      expect(lightNap.sessions.size).toBe(1);
      await tab.reload();
      const before = lightNap.order().length;
      expect(await start(tab, lightNap, end[1])).toMatchObject({ status: 'ended' });
      lightNap.manners.logout = 'as it is';
      await run(tab, 3 * MINUTE);
      await vi.waitUntil(() => lightNap.sessions.size === 0);
      const after = lightNap.order().slice(before);
      expect(after.length).toBeGreaterThanOrEqual(1);
      expect(after.every((endpoint) => endpoint === 'logout')).toBe(true);
      await tab.reload();
      expect(await start(tab, lightNap, end[1])).toMatchObject({ status: 'ended', reason: 'signed-out' });
    },
  );
});

describe('lightnap.md', () => {
  const heading = 'The session and the sign-in';

  scenario('each piece of code is looked at', () => {
    expect(headingsOf('lightnap.md')).toEqual([heading]);
  });

  scenario('a session by the cookie, a sign-in, a refusal, the next step, a sign-out', async () => {
    keepCookies();
    const lightNap = await startLightNap();
    lightNap.settings.audience = lightNap.url;
    type Page = { session: Session; logIn(login: string, password: string): Promise<string | undefined> };
    const { session, logIn } = await fromPage<Page>('lightnap.md', heading, lightNap.url);
    kept(session);
    expect(session.snapshot).toMatchObject({ status: 'ended', reason: 'signed-out' });
    expect(await logIn('ada', 'another')).toBe('Invalid login or password.');
    expect(await logIn('two-factor', 'demo')).toBe('TwoFactorRequired');
    expect(session.snapshot.status).toBe('ended');
    expect(await logIn('ada', 'demo')).toBe(undefined);
    await session.refresh();
    expect(session.snapshot).toMatchObject({ status: 'active', generation: 2 });
    await session.signOut();
    expect([lightNap.sessions.size, session.snapshot.reason]).toEqual([0, 'signed-out']);

    await logIn('ada', 'demo');
    lightNap.sessions.clear();
    await session.refresh().catch(() => {});
    expect(session.snapshot).toMatchObject({ status: 'ended', reason: 'refresh-rejected' });
  });
});
