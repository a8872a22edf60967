// A session that meets faults: what it told, what its server saw, and when.
import type { Options, Snapshot } from '../../../js/types.js';
import type { By } from '../page/globals.js';
import { type Open, refreshTimes } from './support.js';

/** An event, when it came by the page's clock in seconds, and whether the token of the sign-in was in hand then. */
type Told = { type: string; at: number; kept: boolean } & Record<string, unknown>;

const TEN_MINUTES = { tokenLifetime: 600, refreshTokenLifetime: 86_400 };

/** Signs in with tokens of ten minutes, which are due at half of that. Nothing before it is counted or told of. */
export async function startRefreshing(
  open: Open,
  by: By,
  { options = {}, settings = {}, ...how }: { options?: object; settings?: object; connectTo?: string[] } = {},
) {
  const { server, tab } = await open({ clock: true, settings: { ...TEN_MINUTES, ...settings }, ...how });
  await tab.evaluate(
    async (by, options) => {
      const session = await e2e.signIn(by, options);
      const token = session.accessToken;
      e2e.events.length = 0;
      for (const type of ['refreshfailed', 'refreshed', 'expired', 'ended'] as const)
        session.on(type, () => {
          Object.assign(e2e.events.at(-1) ?? {}, { at: clock.now() / 1000, kept: session.accessToken === token });
        });
    },
    by,
    options as Partial<Options>,
  );
  const before = refreshTimes(server).length;
  return {
    server,
    tab,
    /** When the server was asked, by the same clock. What a browser sent again by itself, as some do after a 408, counts once. */
    attempts: () => [...new Set(refreshTimes(server).slice(before))],
    run: (seconds: number) => tab.evaluate((ms) => clock.run(ms), seconds * 1000),
    /** Lets time pass until the snapshot says so, or a higher number, for an hour at most. */
    until: (wanted: Partial<Snapshot>) =>
      tab.evaluate(async (wanted) => {
        const isThere = () =>
          Object.entries(wanted).every(([name, value]) => {
            const is = e2e.session.snapshot[name as keyof Snapshot];
            return typeof is === 'number' ? is >= (value as number) : is === value;
          });
        const giveUpAt = clock.now() + 3_600_000;
        while (!isThere()) {
          if (clock.now() > giveUpAt) throw new Error(`never ${JSON.stringify(wanted)}`);
          const { refresh, nextCheckAt = 0, retryAt = nextCheckAt } = e2e.session.snapshot;
          const wait = Math.ceil(Math.min(nextCheckAt, retryAt) * 1_000 - clock.wall());
          await clock.run(refresh === 'in-flight' ? 1_000 : Math.max(wait, 1));
        }
      }, wanted),
    state: () =>
      tab.evaluate(() => ({
        ...e2e.session.snapshot,
        token: e2e.session.accessToken ?? null,
        now: clock.now() / 1000,
      })),
    told: async (type: string) =>
      (await tab.evaluate(() => e2e.events)).filter((event): event is Told => event.type === type),
    /** The events so far, in their order. */
    order: () => tab.evaluate(() => e2e.events.map(({ type }) => type)),
  };
}

/** The waits between moments. */
export const gaps = (moments: readonly number[]): number[] =>
  moments.slice(1).map((moment, index) => moment - (moments[index] as number));
