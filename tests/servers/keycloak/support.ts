// Scenarios at a real Keycloak, which all of a run share.
import { whyNoKeycloak } from '../../../scripts/lib/servers/keycloak.mjs';
import { type Open, scenarioTest, scenarioWith, type Tab } from '../../e2e/scenarios/support.js';
import { snapshots, told, until } from '../../e2e/scenarios/tabs.js';
import { type Keycloak, type RealmName, startKeycloak } from './server.js';

export { type Keycloak, startKeycloak };

const test = scenarioTest
  .extend('shared', { scope: 'worker' }, async ({ engine }, { onCleanup }) => {
    const reason = engine.cannot.run ?? (await whyNoKeycloak());
    if (reason) return { reason };
    const keycloak = await startKeycloak();
    onCleanup(() => keycloak.close());
    return { keycloak };
  })
  .extend('keycloak', { auto: true }, async ({ isPossible: _, shared: { keycloak, reason }, task, skip }) => {
    if (keycloak) return keycloak;
    task.meta.notPossible = reason as string;
    return skip(`not possible: ${reason}`);
  });

/** A scenario that is not possible where there is no Keycloak. */
export const scenario = scenarioWith<{ keycloak: Keycloak }>(test);

interface How {
  /** How many tabs. */
  count?: number;
  /** Of `startRefreshLoop`, besides the profile's. */
  options?: object;
  /** Of the profile, besides those that say where Keycloak is. */
  settings?: object;
  /** By how many seconds the page's wall clock is wrong; time passes only as the scenario says. */
  ahead?: number;
  /** Where pages see Keycloak. Default: where it is. */
  url?: string;
}

/** Tabs of one session in a profile of its own, signed in to a realm. */
export async function signedIn(
  open: Open,
  keycloak: Keycloak,
  realm: RealmName,
  { count = 1, options = {}, settings = {}, ahead, url = keycloak.url }: How = {},
) {
  const clock = ahead !== undefined && { ahead };
  const { profile, tab, openTab } = await open({ clock, connectTo: [url] });
  const start = (tab: Tab) =>
    tab.evaluate(
      (settings, options) => e2e.startAt('keycloak', settings, options).then(() => {}),
      { url, realm, clientId: 'web', ...settings },
      { allowedOrigins: [url], ...options },
    );
  await start(tab);
  const before = (await keycloak.events(realm)).length;
  const [asked, askedAt] = [performance.now(), Date.now() / 1_000];
  const grant = await keycloak.signIn(realm, url);
  const [answered, answeredAt] = [performance.now(), Date.now() / 1_000];
  await tab.evaluate((tokens) => e2e.session.setTokens(tokens), grant);
  while (profile.tabs.length < count) await start(await openTab());
  await until(profile.tabs, { status: 'active', generation: 1 });
  const events = async () =>
    (await keycloak.events(realm))
      .slice(before)
      .filter(({ session = grant.session_state }) => session === grant.session_state);
  return {
    tab,
    tabs: profile.tabs,
    grant,
    /** Between which moments Keycloak signed the user in, in seconds since the epoch. */
    signedInAt: { askedAt, answeredAt },
    /** How many seconds ago Keycloak signed the user in, which was between the request and its answer. */
    sinceSignIn() {
      const now = performance.now();
      return { most: (now - asked) / 1_000, least: (now - answered) / 1_000 };
    },
    /** Where a bearer is wanted. */
    userInfo: `${url}/realms/${realm}/protocol/openid-connect/userinfo`,
    snapshot: async () => (await snapshots([tab]))[0],
    /** How the session ended, by tab. */
    ends: async () => (await told(profile.tabs, 'ended')).map((events) => events.map(({ reason }) => reason)),
    /** Keycloak's event log of the session, and of what it could not tell the session of. */
    events,
    /** How many refreshes are in it. */
    async refreshes() {
      const all = await events();
      const count = (type: string) => all.filter((event) => event.type === type).length;
      return { granted: count('REFRESH_TOKEN'), refused: count('REFRESH_TOKEN_ERROR') };
    },
  };
}

/** Until so many seconds of real time have passed, as they do at a real server. */
export const seconds = (count: number) => new Promise((go) => setTimeout(go, count * 1_000));

/** Lets a page's own time go as fast as the real one, until the promise settles. */
export async function inRealTime<Result>(tab: Tab, work: Promise<Result>): Promise<Result> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  work.then(over, over);
  for (let last = performance.now(); !isOver; ) {
    await seconds(0.5);
    const now = performance.now();
    await tab.evaluate((ms) => clock.run(ms), Math.round(now - last));
    last = now;
  }
  return work;
}
