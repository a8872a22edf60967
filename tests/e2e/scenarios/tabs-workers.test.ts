// A session in a worker is one more tab of the session.
import { describe, expect } from 'vitest';
import { releaseHeld, scenario, type Tab } from './support.js';
import { beginRefresh, keepNextRefresh, openTabs, told, until, untilAsked, untilWaiting } from './tabs.js';

const KINDS = ['dedicated', 'shared', 'service'] as const;

/** Starts a worker of the page's. `tell` does something there. */
async function startWorker(tab: Tab, kind: (typeof KINDS)[number]) {
  await tab.evaluate(async (kind) => {
    const [url, options] = ['/e2e/tab-worker.js', { type: 'module' }] as const;
    const { port1, port2 } = new MessageChannel();
    if (kind === 'dedicated') new Worker(url, options).postMessage('', [port2]);
    if (kind === 'shared') new SharedWorker(url, options).port.postMessage('', [port2]);
    if (kind === 'service') {
      await navigator.serviceWorker.register(url, options);
      (await navigator.serviceWorker.ready).active?.postMessage('', [port2]);
    }
    Object.assign(globalThis, { port: port1 });
  }, kind);
  return (command: 'state' | 'refresh' | 'call' | 'signOut') =>
    tab.evaluate((command) => {
      const { port } = globalThis as unknown as { port: MessagePort };
      return new Promise((answered) => {
        port.onmessage = ({ data }) => answered(data);
        port.postMessage(command);
      });
    }, command);
}

describe.each(KINDS)('a %s worker', (kind) => {
  scenario(
    'shares the session of the tabs: it takes it over, refreshes for all, and hears of each other one',
    async ({ open }) => {
      const session = await openTabs(open, 2);
      const { server, tabs, counts } = session;
      const tell = await startWorker(tabs[1] as Tab, kind);
      expect(await tell('state')).toMatchObject({ status: 'active', generation: 1, token: 'string' });
      expect(await tell('call')).toBe(200);
      expect(counts().requests).toBe(0);

      await tell('refresh');
      await until(tabs, { generation: 2 });
      expect((await told(tabs, 'refreshed')).flat()).toMatchObject([{ by: 'another-tab' }, { by: 'another-tab' }]);

      keepNextRefresh(session, 'hold');
      await beginRefresh(tabs[0] as Tab);
      await untilAsked(session, 2);
      const waiting = tell('refresh');
      await untilWaiting(tabs, 1);
      await releaseHeld(server);
      await waiting;
      expect(await tell('state')).toMatchObject({
        status: 'active',
        refreshed: [
          { generation: 2, by: 'this-tab' },
          { generation: 3, by: 'another-tab' },
        ],
      });
      const { requests, generations, reuses } = counts();
      expect({ requests, reuses }).toEqual({ requests: generations, reuses: 0 });
    },
  );

  scenario('is signed out with the tabs, and they with it', async ({ open }) => {
    const { tabs, signIn } = await openTabs(open, 2);
    const tell = await startWorker(tabs[1] as Tab, kind);
    expect(await tell('state')).toMatchObject({ status: 'active' });
    await (tabs[0] as Tab).evaluate(() => e2e.session.signOut());
    await expect.poll(() => tell('state')).toMatchObject({ status: 'ended', reason: 'signed-out', token: 'undefined' });
    await signIn(tabs[0] as Tab);
    await expect.poll(() => tell('state')).toMatchObject({ status: 'active', token: 'string' });
    await tell('signOut');
    await until(tabs, { status: 'ended', reason: 'signed-out' });
  });
});
