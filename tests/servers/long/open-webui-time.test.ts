// What takes a real Open WebUI's own time.
import { expect } from 'vitest';
import { decodeToken, init } from '../../../js/index.js';
import { scenario } from '../open-webui/support.js';

scenario(
  'open-webui 3: by the device’s own clock a 2s token is expired at now >= exp, when the server answers 401 too',
  async ({ open, openWebUi }) => {
    await init();
    await openWebUi.set({ JWT_EXPIRES_IN: '2s' });
    const { before, exp, last, first, after, end } = await whileClocksAgree(async () => {
      const person = await openWebUi.person();
      const { tab } = await open({ connectTo: [openWebUi.url] });
      const held = await tab.evaluate(
        async (url, person) => {
          await e2e.startAt('open-webui', { url });
          await e2e.signInAt('open-webui', { url }, person);
          return e2e.session.accessToken as string;
        },
        openWebUi.url,
        person,
      );
      const before = await openWebUi.statusFor(held);
      // Looked at all the time, by the clock that the server has as well.
      const seen = await tab.evaluate(async () => {
        const [held, gone] = [[] as number[], [] as number[]];
        while (gone.length < 10) {
          const now = Date.now() / 1_000;
          if (e2e.session.accessToken) held.push(now);
          else gone.push(Date.now() / 1_000);
          await new Promise((go) => setTimeout(go, 5));
        }
        return { last: Math.max(...held), first: Math.min(...gone) };
      });
      const exp = decodeToken(held).exp as number;
      const end = await tab.evaluate(() => e2e.session.snapshot);
      return { before, exp, ...seen, after: await openWebUi.statusFor(held), end };
    });
    expect([before, after]).toEqual([200, 401]);
    // A clock that shows milliseconds is a little behind.
    expect(last).toBeLessThan(exp + 0.005);
    expect(first).toBeGreaterThanOrEqual(exp - 0.005);
    expect(end).toMatchObject({ status: 'ended', reason: 'token-expired' });
  },
);

/** The device's clock may be set at any time, after which a session knows the server's time no more to the millisecond. */
async function whileClocksAgree<Seen>(look: () => Promise<Seen>): Promise<Seen> {
  const apart = () => Date.now() - performance.now();
  for (;;) {
    const before = apart();
    const seen = await look();
    if (Math.abs(apart() - before) < 5) return seen;
  }
}
