// What Open WebUI's auth router answers, and what becomes of it in the page.
import { describe, expect } from 'vitest';
import { signIn } from '../../js/servers/open-webui.js';
import type { Session } from '../../js/types.js';
import type { Open, Tab } from '../e2e/scenarios/support.js';
import { told } from '../e2e/scenarios/tabs.js';
import type { OpenWebUi } from './open-webui/server.js';
import { scenario } from './open-webui/support.js';
import { fromPage, headingsOf, kept } from './pages.js';

const AUTHS = '/api/v1/auths/';
const DETAILS = '/api/v1/auths/admin/details';
const SIGN_IN = 'POST /api/v1/auths/signin 200';
const MINUTE = 60_000;

interface How {
  clock?: boolean;
  /** Whether the page's own server is given the token, too. */
  more?: boolean;
}

/** A tab with a session of a person of its own. */
async function signedIn(open: Open, openWebUi: OpenWebUi, jwtExpiresIn: string, { clock = false, more }: How = {}) {
  await openWebUi.set({ JWT_EXPIRES_IN: jwtExpiresIn });
  const person = await openWebUi.person();
  const { tab, server } = await open({ clock, connectTo: [openWebUi.url] });
  await start(tab, openWebUi, more ? { allowedOrigins: [openWebUi.url, server.url] } : {});
  const before = (await openWebUi.log()).length;
  const asked = Date.now() / 1_000;
  expect(await signInAt(tab, openWebUi, person)).toBe(undefined);
  return {
    tab,
    server,
    /** Between which moments the person signed in, in seconds since the epoch. */
    signedInAt: { asked, answered: Date.now() / 1_000 },
    /** What has come to Open WebUI from this session. */
    log: async () => (await openWebUi.log()).slice(before),
    ends: async () => (await told([tab], 'ended'))[0],
  };
}

const start = (tab: Tab, { url }: OpenWebUi, options = {}) =>
  tab.evaluate((url, options) => e2e.startAt('open-webui', { url }, options).then(() => {}), url, options);
const signInAt = (tab: Tab, { url }: OpenWebUi, person: object) =>
  tab.evaluate((url, person) => e2e.signInAt('open-webui', { url }, person), url, person);
const snapshot = (tab: Tab) => tab.evaluate(() => e2e.session.snapshot);
const token = (tab: Tab) => tab.evaluate(() => e2e.session.accessToken);
const run = (tab: Tab, ms: number) => tab.evaluate((ms) => clock.run(ms), ms);
const threeCalls = (tab: Tab, url: string) =>
  tab.evaluate((url) => Promise.all([1, 2, 3].map(() => e2e.session.fetch(url).then(({ status }) => status))), url);

describe('open-webui 1', () => {
  scenario('for 1h the expiry is the server’s expires_at within 1 s', async ({ open, openWebUi }) => {
    const { tab, signedInAt } = await signedIn(open, openWebUi, '1h');
    const { asked, answered } = signedInAt;
    const { expires_at } = await tab.evaluate(
      (url) => e2e.session.fetch(url).then((response) => response.json()),
      openWebUi.url + AUTHS,
    );
    const { expiresAt } = await snapshot(tab);
    expect(expires_at).toBeGreaterThanOrEqual(Math.floor(asked) + 3_600);
    expect(expires_at).toBeLessThanOrEqual(answered + 3_600);
    // Within 1 s, or what the answer took where that is longer.
    expect(Math.abs(expires_at - (expiresAt as number))).toBeLessThanOrEqual(Math.max(1, answered - asked));
  });

  scenario.for(['-1', '0', '0s'])('%s never expires and sets no deadline', async (never, { open, openWebUi }) => {
    const { tab, log } = await signedIn(open, openWebUi, never, { clock: true });
    await run(tab, 0);
    expect(Object.keys(await snapshot(tab)).filter((name) => name.endsWith('At'))).toEqual([]);
    expect(await tab.evaluate(() => clock.pending())).toEqual([]);
    await run(tab, 400 * 86_400_000);
    expect(await snapshot(tab)).toMatchObject({ status: 'active' });
    expect(await threeCalls(tab, openWebUi.url + DETAILS)).toEqual([200, 200, 200]);
    expect(await log()).toHaveLength(4);
  });
});

scenario(
  'open-webui 3: a 2s token is expired at now >= exp, when the server answers 401 too',
  async ({ open, openWebUi }) => {
    await openWebUi.set({ JWT_EXPIRES_IN: '2s' });
    const person = await openWebUi.person();
    const { tab } = await open({ clock: true, connectTo: [openWebUi.url] });
    await start(tab, openWebUi);
    // When the answer comes the page's clock shows the moment at which the token was issued.
    const { held, exp, seen } = await tab.evaluate(
      async (url, person) => {
        const send = globalThis.fetch;
        let [exp, held] = [0, ''];
        globalThis.fetch = async (...args) => {
          const response = await send(...args);
          ({ expires_at: exp, token: held } = await response.clone().json());
          clock.setWall((exp - 2) * 1_000 - clock.wall());
          return response;
        };
        await e2e.signInAt('open-webui', { url }, person);
        globalThis.fetch = send;
        const seen = [];
        for (const ms of [1_999, 1]) {
          await clock.run(ms);
          seen.push([clock.wall(), e2e.session.accessToken ?? 'none']);
        }
        return { held, exp, seen };
      },
      openWebUi.url,
      person,
    );
    expect(seen).toEqual([
      [exp * 1_000 - 1, held],
      [exp * 1_000, 'none'],
    ]);
    expect(await snapshot(tab)).toMatchObject({ status: 'ended', reason: 'token-expired' });
    // In real time the server says the same, by the clock that this machine has one of.
    for (let status = 200; status === 200; ) {
      const asked = Date.now();
      status = await openWebUi.statusFor(held);
      expect([200, 401]).toContain(status);
      if (status === 200) expect(asked).toBeLessThan(exp * 1_000);
      else expect(Date.now()).toBeGreaterThanOrEqual(exp * 1_000);
    }
  },
);

scenario('open-webui 4: it warns before the end, ends, and never makes a refresh call', async ({ open, openWebUi }) => {
  const { tab, log, ends } = await signedIn(open, openWebUi, '1h', { clock: true });
  const { expiresAt } = await snapshot(tab);
  await run(tab, 56 * MINUTE);
  expect(await told([tab], 'expiring')).toEqual([[{ type: 'expiring', expiresAt }]]);
  expect([await snapshot(tab), await ends()]).toEqual([expect.objectContaining({ status: 'active' }), []]);
  await run(tab, 5 * MINUTE);
  expect(await ends()).toEqual([{ type: 'ended', reason: 'token-expired' }]);
  await run(tab, 60 * MINUTE);
  expect(await ends()).toHaveLength(1);
  expect(await log()).toEqual([SIGN_IN]);
});

describe('open-webui 5', () => {
  scenario('after a 401 with a probe that answers 200 the session lives', async ({ open, openWebUi }) => {
    // The page's own server knows nothing of these tokens.
    const { tab, server, log, ends } = await signedIn(open, openWebUi, '1h', { more: true });
    expect(await threeCalls(tab, `${server.url}/api/me`)).toEqual([401, 401, 401]);
    expect(new Set(await log())).toEqual(new Set([SIGN_IN, `GET ${AUTHS} 200`]));
    expect([await snapshot(tab), await ends()]).toEqual([expect.objectContaining({ status: 'active' }), []]);
    expect(await threeCalls(tab, openWebUi.url + DETAILS)).toEqual([200, 200, 200]);
  });

  scenario('with a probe that answers 401 it ends, once', async ({ open, openWebUi }) => {
    const { tab, log, ends } = await signedIn(open, openWebUi, '1h');
    await openWebUi.endSessions((await token(tab)) as string);
    const before = (await log()).length;
    expect(await threeCalls(tab, openWebUi.url + DETAILS)).toEqual([401, 401, 401]);
    await expect.poll(ends).toEqual([{ type: 'ended', reason: 'token-expired' }]);
    expect((await log()).slice(before).sort()).toEqual([`GET ${AUTHS} 401`, ...Array(3).fill(`GET ${DETAILS} 401`)]);
  });
});

describe('open-webui 6', () => {
  scenario(
    're-authentication that returns the same token is no refresh, and starts no loop',
    async ({ open, openWebUi }) => {
      await openWebUi.set({ JWT_EXPIRES_IN: '1h' });
      const person = await openWebUi.person();
      const { tab } = await open({ clock: true, connectTo: [openWebUi.url] });
      const before = (await openWebUi.log()).length;
      await tab.evaluate(
        async (url, person) => {
          const profile = await e2e.profile('open-webui');
          const { tokens = null } = await profile.signIn({ url }, person);
          const { probe: _, ...options } = profile.openWebUi({ url });
          const headers = { authorization: `Bearer ${tokens?.accessToken}` };
          const refresh = async () => (await (await fetch(`${url}/api/v1/auths/`, { headers })).json()).token;
          e2e.follow(await e2e.startLoop({ ...options, refresh, tokens }));
        },
        openWebUi.url,
        person,
      );
      const asked = async () =>
        (await openWebUi.log()).slice(before).filter((line) => line === `GET ${AUTHS} 200`).length;
      const [held, { expiresAt }] = [await token(tab), await snapshot(tab)];
      await run(tab, 54 * MINUTE);
      expect(await asked()).toBe(0);
      // In its last five minutes it is due: it is asked for later and later, and its end stays where it is.
      await run(tab, 5 * MINUTE);
      expect(await asked()).toBeGreaterThanOrEqual(1);
      expect(await asked()).toBeLessThanOrEqual(20);
      expect([await token(tab), (await snapshot(tab)).expiresAt]).toEqual([held, expiresAt]);
      // After its end it is never handed out, however often it comes: twice a minute on average.
      await run(tab, 2 * MINUTE);
      expect([await token(tab), (await snapshot(tab)).status]).toEqual([undefined, 'expired']);
      const then = await asked();
      await run(tab, 60 * MINUTE);
      expect((await asked()) - then).toBeLessThanOrEqual(160);
      expect(await token(tab)).toBe(undefined);
    },
  );
});

describe('signing in to Open WebUI, and out', () => {
  scenario('a wrong password is refused in the server’s words', async ({ openWebUi: { url, person } }) => {
    const { email } = await person();
    await expect(signIn({ url }, { email, password: 'another' })).rejects.toMatchObject({
      kind: 'refused',
      status: 400,
      messages: [expect.stringContaining('incorrect')],
    });
  });

  scenario('too many attempts are told apart', async ({ openWebUi: { url } }) => {
    const nobody = { email: 'nobody@localhost', password: 'another' };
    const attempts = Array.from({ length: 20 }, () => signIn({ url }, nobody).catch(({ kind }) => kind));
    expect(new Set(await Promise.all(attempts))).toEqual(new Set(['refused', 'rate-limited']));
  });

  scenario('the server is told of a sign-out', async ({ open, openWebUi }) => {
    const { tab, log } = await signedIn(open, openWebUi, '1h');
    await tab.evaluate(() => e2e.session.signOut());
    expect(await log()).toEqual([SIGN_IN, 'POST /api/v1/auths/signout 200']);
  });
});

describe('open-webui.md', () => {
  const headings = [
    'The session and the sign-in',
    'Before the end',
    'A sign-out of an application at another origin',
  ] as const;
  const page = <Exports>(heading: (typeof headings)[number], url: string) =>
    fromPage<Exports>('open-webui.md', heading, url);

  scenario('each piece of code is looked at', () => {
    expect(headingsOf('open-webui.md')).toEqual(headings);
  });

  scenario('a sign-in, a refusal, the end that is told of, a sign-out', async ({ openWebUi }) => {
    await openWebUi.set({ JWT_EXPIRES_IN: '1h' });
    const { email, password } = await openWebUi.person();
    type Page = { session: Session; logIn(email: string, password: string): Promise<string | undefined> };
    const { session, logIn } = await page<Page>(headings[0], openWebUi.url);
    kept(session);
    const { warn } = await page<{ warn(session: Session, show: (text: string) => void): void }>(headings[1], '');
    const shown: string[] = [];
    warn(session, (text) => shown.push(text));

    expect(await logIn(email, 'another')).toContain('incorrect');
    expect(session.snapshot).toMatchObject({ status: 'ended', reason: 'signed-out' });
    const signingIn = Date.now() / 1_000;
    expect(await logIn(email, password)).toBe(undefined);
    expect(session.snapshot.status).toBe('active');
    // The server tells whole seconds, and so its clock is known to a second.
    expect(session.snapshot.sessionEndsAt).toBeGreaterThanOrEqual(signingIn - 2 + 43_200);
    expect(session.snapshot.sessionEndsAt).toBeLessThanOrEqual(Date.now() / 1_000 + 2 + 43_200);

    const { signOut } = await page<{ signOut(session: Session): Promise<void> }>(headings[2], openWebUi.url);
    const before = (await openWebUi.log()).length;
    await signOut(session);
    expect((await openWebUi.log()).slice(before)).toEqual(Array(2).fill('POST /api/v1/auths/signout 200'));
    expect(session.snapshot).toMatchObject({ status: 'ended', reason: 'signed-out' });

    await openWebUi.set({ JWT_EXPIRES_IN: '3s' });
    await logIn(email, password);
    await expect
      .poll(() => shown)
      .toEqual(['Signed out.', 'You will have to sign in again in 0 minutes.', 'Sign in again.']);
  });
});

// The last one: a second factor ends all sessions for good, the administrator's too.
scenario('open-webui 7: next_step means not signed in', async ({ open, openWebUi, spend }) => {
  spend();
  const person = await openWebUi.person();
  await openWebUi.set({ ENABLE_MFA: true });
  const { tab } = await open({ connectTo: [openWebUi.url] });
  await start(tab, openWebUi);
  expect(await signInAt(tab, openWebUi, person)).toBe('enroll');
  expect(await snapshot(tab)).toMatchObject({ status: 'ended', reason: 'signed-out' });
  expect(await token(tab)).toBe(undefined);
  expect(await signIn({ url: openWebUi.url }, person)).toEqual({
    nextStep: 'enroll',
    answer: { next_step: 'enroll', challenge_token: expect.any(String), expires_in: expect.any(Number) },
  });
});
