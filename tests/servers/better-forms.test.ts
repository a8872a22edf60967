// What a server such as BetterForms' answers, and what becomes of it in the page.
import { describe, expect } from 'vitest';
import type { Session } from '../../js/types.js';
import { whyNoFeathers } from '../../scripts/lib/servers/better-forms.mjs';
import { type Open, scenarioTest, scenarioWith, type Tab } from '../e2e/scenarios/support.js';
import { told } from '../e2e/scenarios/tabs.js';
import { ADA, startBetterForms } from './better-forms/server.js';
import { fromPage, headingsOf, kept } from './pages.js';

const test = scenarioTest.extend('feathers', { auto: true }, ({ isPossible: _, task, skip }) => {
  const reason = whyNoFeathers();
  if (!reason) return true;
  task.meta.notPossible = reason;
  return skip(`not possible: ${reason}`);
});
const scenario = scenarioWith<{ feathers: boolean }>(test);

const SITE = 'forms.example.com';
const MINUTE = 60_000;

/** A site, and a tab that has no session yet. */
async function opened(open: Open, site: Parameters<typeof startBetterForms>[0] = {}, clock = false) {
  const betterForms = await startBetterForms(site);
  const { tab } = await open({ clock, connectTo: [betterForms.url] });
  return { betterForms, tab };
}

const start = (tab: Tab, settings: object, options = {}) =>
  tab.evaluate(
    (settings, options) => e2e.startAt('better-forms', settings, options).then(({ snapshot }) => snapshot),
    settings,
    options,
  );
const signIn = (tab: Tab, settings: object) =>
  tab.evaluate(
    (settings, ada) => e2e.outcome(e2e.signInAt('better-forms', settings, ada).then(() => 'signed in')),
    settings,
    ADA,
  );
const snapshot = (tab: Tab) => tab.evaluate(() => e2e.session.snapshot);
const run = (tab: Tab, ms: number) => tab.evaluate((ms) => clock.run(ms), ms);
const call = (tab: Tab, url: string) =>
  tab.evaluate((url) => e2e.session.fetch(`${url}/forms`).then(({ status }) => status), url);

describe('better-forms 2', () => {
  scenario.for([
    [SITE, SITE],
    [['other.example.com', SITE], SITE],
    [SITE, ['https://forms.example.com', SITE]],
  ])('a token for %j is taken where %j is expected', async ([audience, expected], { open }) => {
    const { betterForms, tab } = await opened(open, { audience });
    const settings = { url: betterForms.url, audience: expected };
    await start(tab, settings);
    expect(await signIn(tab, settings)).toEqual({ value: 'signed in' });
    expect(await call(tab, betterForms.url)).toBe(200);
  });

  scenario.for([
    ['evil.example.com', SITE],
    [['evil.example.com', 'other.example.com'], SITE],
    [['evil.example.com'], [SITE, 'https://forms.example.com']],
    // The one that it is of, with a port or as an origin, is another.
    [`${SITE}:443`, SITE],
    [`https://${SITE}`, SITE],
  ])('a token for %j is refused where %j is expected, before it is used', async ([audience, expected], { open }) => {
    const { betterForms, tab } = await opened(open, { audience });
    const settings = { url: betterForms.url, audience: expected };
    await start(tab, settings);
    const { code, message = '' } = await signIn(tab, settings);
    expect(code).toBe('ERR_TOKEN_REFUSED');
    for (const value of [audience, expected].flat()) expect(message).toContain(`"${value}"`);
    expect(message).toMatch(/Host header/);
    expect(message).toMatch(/version/);
    expect(message).toMatch(/domain/);
    expect(await tab.evaluate(() => typeof e2e.session.accessToken)).toBe('undefined');
    expect(await call(tab, betterForms.url)).toBe(401);
    expect(betterForms.seen.filter((request) => request.endsWith('bearer'))).toEqual([]);
  });

  scenario('a server that does not take a token says so too, and the session ends', async ({ open }) => {
    const { betterForms, tab } = await opened(open);
    const settings = { url: betterForms.url };
    await start(tab, settings);
    await signIn(tab, settings);
    betterForms.set({ audience: 'other.example.com' });
    expect(await call(tab, betterForms.url)).toBe(401);
    expect(await snapshot(tab)).toMatchObject({ status: 'ended' });
  });
});

scenario(
  'better-forms 3: a changed setting leaves the held token’s expiry as it is until the next sign-in',
  async ({ open }) => {
    const opening = performance.now();
    const { betterForms, tab } = await opened(open, { tokenExpiry: '8h' }, true);
    const settings = { url: betterForms.url, audience: SITE };
    await start(tab, settings);
    await signIn(tab, settings);
    // The site's clock has gone on since the page's stands still.
    const late = (performance.now() - opening) / 1_000;
    const left = async () => {
      const { expiresAt = Number.NaN } = await snapshot(tab);
      return expiresAt - (await tab.evaluate(() => clock.now() / 1_000));
    };
    const first = await left();
    expect(first).toBeGreaterThanOrEqual(28_800 - 1);
    expect(first).toBeLessThanOrEqual(28_800 + late);
    betterForms.set({ tokenExpiry: '604800' });
    await run(tab, 60 * MINUTE);
    expect(await call(tab, betterForms.url)).toBe(200);
    expect(await left()).toBeCloseTo(first - 3_600, 3);
    await run(tab, Math.ceil(first - 3_600) * 1_000);
    expect(await snapshot(tab)).toMatchObject({ status: 'ended', reason: 'token-expired' });
    await signIn(tab, settings);
    // The site's clock goes on as it does, and so it issues its tokens eight hours ago.
    expect(await tab.evaluate(() => (e2e.session.claims?.exp ?? 0) - (e2e.session.claims?.iat ?? 0))).toBe(604_800);
    expect(await snapshot(tab)).toMatchObject({ status: 'active' });
  },
);

scenario(
  'better-forms 4: re-authentication that returns the same token is no refresh, and starts no loop',
  async ({ open }) => {
    const { betterForms, tab } = await opened(open, {}, true);
    await tab.evaluate(
      async (url, ada) => {
        const profile = await e2e.profile('better-forms');
        const { tokens } = await profile.signIn({ url }, ada);
        const { probe: _, ...options } = profile.betterForms({ url });
        const refresh = async () => {
          const response = await fetch(`${url}/authentication`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ strategy: 'jwt', accessToken: tokens.accessToken }),
          });
          return response.json();
        };
        e2e.follow(await e2e.startLoop({ ...options, refresh, tokens }));
      },
      betterForms.url,
      ADA,
    );
    const asked = () => betterForms.seen.filter((request) => request === 'POST /authentication').length - 1;
    const token = () => tab.evaluate(() => e2e.session.accessToken);
    const [held, { expiresAt }] = [await token(), await snapshot(tab)];
    await run(tab, 54 * MINUTE);
    expect(asked()).toBe(0);
    // In its last five minutes it is due: it is asked for later and later, and its end stays where it is.
    await run(tab, 5 * MINUTE);
    expect(asked()).toBeGreaterThanOrEqual(1);
    expect(asked()).toBeLessThanOrEqual(20);
    expect([await token(), (await snapshot(tab)).expiresAt]).toEqual([held, expiresAt]);
    // After its end it is never handed out, however often it comes: twice a minute on average.
    await run(tab, 2 * MINUTE);
    expect([await token(), (await snapshot(tab)).status]).toEqual([undefined, 'expired']);
    const then = asked();
    await run(tab, 60 * MINUTE);
    expect(asked() - then).toBeLessThanOrEqual(160);
    expect([await token(), await told([tab], 'ended')]).toEqual([undefined, [[]]]);
  },
);

scenario('signing in to BetterForms: a wrong password is refused in the server’s words', async ({ open }) => {
  const { betterForms, tab } = await opened(open);
  const outcome = await tab.evaluate(
    async (url, ada) => {
      const { signIn } = await e2e.profile('better-forms');
      return signIn({ url }, { ...ada, password: 'another' }).then(
        () => ({}),
        ({ name, kind, status, messages }) => ({ name, kind, status, messages }),
      );
    },
    betterForms.url,
    ADA,
  );
  expect(outcome).toEqual({ name: 'SignInFailed', kind: 'refused', status: 401, messages: ['Invalid login'] });
});

describe('better-forms.md', () => {
  const headings = ['The session and the sign-in', 'Signing out'] as const;
  const page = <Exports>(heading: (typeof headings)[number], url: string) =>
    fromPage<Exports>('better-forms.md', heading, url);

  scenario('each piece of code is looked at', () => {
    expect(headingsOf('better-forms.md')).toEqual(headings);
  });

  scenario('a sign-in, a refusal, another audience, a sign-out', async () => {
    const betterForms = await startBetterForms();
    type Page = { session: Session; logIn(email: string, password: string): Promise<string | undefined> };
    const { session, logIn } = await page<Page>(headings[0], betterForms.url);
    kept(session);
    expect(await logIn(ADA.email, 'another')).toBe('Invalid login');
    expect(await logIn(ADA.email, ADA.password)).toBe(undefined);
    expect(session.claims?.aud).toBe(SITE);

    const { signOut } = await page<{ signOut(session: Session): Promise<void> }>(headings[1], betterForms.url);
    await signOut(session);
    expect(betterForms.seen.at(-1)).toBe('DELETE /authentication with a bearer');
    expect(session.snapshot).toMatchObject({ status: 'ended', reason: 'signed-out' });

    betterForms.set({ audience: 'other.example.com' });
    await expect(logIn(ADA.email, ADA.password)).rejects.toMatchObject({ code: 'ERR_TOKEN_REFUSED' });
  });
});
