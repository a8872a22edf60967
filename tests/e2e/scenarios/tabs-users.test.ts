// What one tab does to the session, all tabs see: a sign-out, a sign-in, another user.
import { describe, expect, vi } from 'vitest';
import { releaseHeld, scenario, type Tab } from './support.js';
import { beginRefresh, handedOut, keepNextRefresh, openTabs, snapshots, told, until, untilAsked } from './tabs.js';

const TRANSPORTS = ['cookie', 'oauth'] as const;
const SIGNED_OUT = ['undefined', 'signed-out'];

const signOut = (tab: Tab) => tab.evaluate(() => e2e.session.signOut());
const userOf = (tab: Tab) => tab.evaluate(() => e2e.session.claims?.name ?? 'nobody');

describe('a sign-out in one tab', () => {
  scenario.for(TRANSPORTS)('by %s, is seen by all other tabs, and told to the server once', async (by, { open }) => {
    const { server, tabs } = await openTabs(open, 5, { by });
    await signOut(tabs[2] as Tab);
    await until(tabs, { status: 'ended', reason: 'signed-out' });
    expect(await Promise.all(tabs.map(handedOut))).toEqual(tabs.map(() => SIGNED_OUT));
    const once = [{ type: 'ended', reason: 'signed-out' }];
    expect(await told(tabs, 'ended')).toEqual(tabs.map(() => once));
    expect(server.requests({ kind: by === 'cookie' ? 'sign-out' : 'revocation' })).toHaveLength(1);
    expect(server.stats().sessions).toBe(0);
  });

  scenario.for(TRANSPORTS)(
    'by %s, while another one refreshes: no tab is signed in again by the late answer',
    async (by, { open }) => {
      const session = await openTabs(open, 3, { by });
      const { server, tabs } = session;
      keepNextRefresh(session, 'hold');
      await beginRefresh(tabs[0] as Tab);
      await untilAsked(session, 1);
      const signingOut = signOut(tabs[2] as Tab);
      await until(tabs, { status: 'ended', reason: 'signed-out' });
      await releaseHeld(server);
      await signingOut;
      await vi.waitUntil(() => server.requests({ kind: 'refresh' }).every(({ endedAt }) => endedAt !== null));
      expect(await Promise.all(tabs.map(handedOut))).toEqual([SIGNED_OUT, SIGNED_OUT, SIGNED_OUT]);
      await vi.waitUntil(() => server.stats().sessions === 0);
    },
  );

  scenario('at oidc-provider: is seen by all other tabs, and the server revokes the grant once', async ({ open }) => {
    const { tabs, oidc } = await openTabs(open, 3, { at: 'oidc-provider' });
    await beginRefresh(tabs[0] as Tab);
    await until(tabs, { generation: 2 });
    await signOut(tabs[2] as Tab);
    await until(tabs, { status: 'ended', reason: 'signed-out' });
    expect(await Promise.all(tabs.map(handedOut))).toEqual(tabs.map(() => SIGNED_OUT));
    expect(oidc?.counts).toMatchObject({ requests: 1, reuses: 0, revoked: 1 });
  });

  scenario('leaves nothing that a tab which is opened later could take over', async ({ open }) => {
    const { tabs, join, counts } = await openTabs(open, 2);
    await signOut(tabs[0] as Tab);
    await until(tabs, { status: 'ended' });
    const late = await join();
    expect(await snapshots([late])).toMatchObject([{ status: 'ended', reason: 'signed-out' }]);
    expect(counts().requests).toBe(0);
  });

  scenario(
    'is found by a tab that was frozen, before it hands out a token',
    { needs: ['freeze', 'hide'] },
    async ({ open }) => {
      const { tabs } = await openTabs(open, 3);
      const [frozen, ...others] = tabs as [Tab, ...Tab[]];
      await frozen.evaluate(() => {
        const handed: unknown[] = [];
        document.addEventListener('resume', async () => {
          handed.push(typeof e2e.session.accessToken);
          handed.push((await e2e.outcome(e2e.session.getAccessToken())).reason);
        });
        Object.assign(globalThis, { handed });
      });
      await frozen.freeze();
      await signOut(others[0] as Tab);
      await until(others, { status: 'ended', reason: 'signed-out' });
      await frozen.resume();
      await vi.waitUntil(async () => (await handed(frozen)).length === 2);
      expect(await handed(frozen)).toEqual(SIGNED_OUT);
      await until([frozen], { status: 'ended', reason: 'signed-out' });
    },
  );

  scenario(
    'is found by a page that comes out of the back/forward cache, before it hands out a token',
    {
      needs: ['bfcache'],
    },
    async ({ open }) => {
      const { server, tabs } = await openTabs(open, 2);
      const [away, other] = tabs as [Tab, Tab];
      await away.evaluate(() => {
        const handed: unknown[] = [];
        addEventListener('pageshow', async ({ persisted }) => {
          handed.push(persisted, typeof e2e.session.accessToken);
          handed.push((await e2e.outcome(e2e.session.getAccessToken())).reason);
        });
        Object.assign(globalThis, { handed });
      });
      await away.goto(`${server.url}/e2e/?elsewhere`);
      await signOut(other);
      await away.back();
      await vi.waitUntil(async () => (await handed(away)).length === 3);
      expect(await handed(away)).toEqual([true, ...SIGNED_OUT]);
      await until([away], { status: 'ended', reason: 'signed-out' });
    },
  );
});

const handed = (tab: Tab) => tab.evaluate(() => (globalThis as unknown as { handed: unknown[] }).handed);

describe('a sign-in in one tab', () => {
  scenario.for(TRANSPORTS)('by %s: a tab that waits at the sign-in becomes signed in', async (by, { open }) => {
    const { tabs, signIn, call, counts } = await openTabs(open, 3, { by });
    await signOut(tabs[0] as Tab);
    await until(tabs, { status: 'ended', reason: 'signed-out' });
    const asked = counts().requests;
    await signIn(tabs[1] as Tab, 'ada');
    await until(tabs, { status: 'active' });
    expect(await Promise.all(tabs.map(userOf))).toEqual(['ada', 'ada', 'ada']);
    expect(await Promise.all(tabs.map(call))).toEqual([200, 200, 200]);
    expect(counts().requests).toBe(asked);
  });

  scenario.for(TRANSPORTS)(
    'by %s, as another user: the others end as replaced and hand out nobody’s token',
    async (by, { open }) => {
      const { tabs, signIn, call } = await openTabs(open, 4, { by });
      const [one, ...others] = tabs as [Tab, ...Tab[]];
      await signIn(one, 'bob');
      await until(others, { status: 'ended', reason: 'replaced' });
      expect(await Promise.all(others.map(handedOut))).toEqual(others.map(() => ['undefined', 'replaced']));
      expect(await told(others, 'ended')).toEqual(others.map(() => [{ type: 'ended', reason: 'replaced' }]));
      expect([await userOf(one), await call(one)]).toEqual(['bob', 200]);
    },
  );

  scenario(
    'at oidc-provider, as another user, whom only the ID token tells: the others end as replaced',
    async ({ open }) => {
      const { tabs, signIn, call } = await openTabs(open, 3, { at: 'oidc-provider' });
      const [one, ...others] = tabs as [Tab, ...Tab[]];
      await signIn(one, 'bob');
      await until(others, { status: 'ended', reason: 'replaced' });
      expect(await Promise.all(others.map(handedOut))).toEqual(others.map(() => ['undefined', 'replaced']));
      expect(await call(one)).toBe(200);
    },
  );

  scenario('as the same user again: the others go on with the new session', async ({ open }) => {
    const { tabs, signIn, call } = await openTabs(open, 3);
    await signIn(tabs[0] as Tab, 'ada');
    const same = () => Promise.all(tabs.map((tab) => tab.evaluate(() => e2e.session.accessToken)));
    await vi.waitUntil(async () => new Set(await same()).size === 1);
    expect(await Promise.all(tabs.map(call))).toEqual([200, 200, 200]);
    expect((await told(tabs, 'ended')).flat()).toEqual([]);
  });
});

scenario('sign-in events do not fire at a change of focus', { needs: ['hide'] }, async ({ open }) => {
  const { tabs } = await openTabs(open, 3);
  const before = await told(tabs, 'started');
  for (const tab of [...tabs, ...tabs]) {
    await tab.show();
    await tab.evaluate(() => {
      dispatchEvent(new Event('blur'));
      dispatchEvent(new Event('focus'));
      return e2e.session.getAccessToken().then(() => {});
    });
  }
  expect(await told(tabs, 'started')).toEqual(before);
  expect((await told(tabs, 'refreshed')).flat()).toEqual([]);
});
