import { expect } from 'vitest';
import { refreshTimes, scenario } from './support.js';

const DAY = 86_400;

scenario(
  'a working day of eight hours, with a sleep at lunch and two outages: no API call fails but in the outages',
  async ({ open }) => {
    const { server, tab } = await open({
      clock: true,
      settings: { tokenLifetime: 300, refreshTokenLifetime: DAY },
    });
    const day = await tab.evaluate(async () => {
      const setFaults = (faults: object) =>
        fetch('/demo/settings', { method: 'PUT', body: JSON.stringify({ faults }) }).then(() => {});
      const session = await e2e.signIn('oauth', { idleTimeout: '2h', maxSessionLifespan: '10h' });
      const failed: number[] = [];
      const inOutage = (minute: number) => (minute >= 90 && minute < 110) || (minute >= 400 && minute < 404);
      let calls = 0;
      for (let minute = 0; minute < 480; minute++) {
        if (minute === 90) await setFaults({ refresh: '503', api: '503' });
        if (minute === 400) await setFaults({ refresh: 'drop', api: 'drop' });
        if (minute === 110 || minute === 404) await setFaults({ refresh: 'none', api: 'none' });
        // Lunch: the lid is closed for 45 minutes.
        if (minute === 240) {
          await clock.sleep(45 * 60_000);
          minute += 44;
        } else await clock.run(60_000);
        session.recordActivity();
        calls += 1;
        const calling = e2e.outcome(session.fetch('/api/me').then(({ status }) => status));
        let answer: unknown;
        calling.then(({ value, code }) => {
          answer = value ?? code ?? 'no answer';
        });
        // Without a token the call waits for the next try, which is in a while.
        for (await clock.run(0); answer === undefined; ) await clock.run(1_000);
        if (answer !== 200 && !inOutage(minute)) failed.push(minute);
      }
      return { calls, failed, snapshot: session.snapshot, ends: e2e.events.filter(({ type }) => type === 'ended') };
    });
    expect(day.failed).toEqual([]);
    expect(day.calls).toBe(436);
    expect(day.ends).toEqual([]);
    expect(day.snapshot).toMatchObject({ status: 'active', attempts: 0 });
    const { api, reuseDetected } = server.stats();
    expect(api.rejected).toBe(0);
    expect(reuseDetected).toBe(0);
    // Once per half lifetime for seven hours, and what the outages took.
    expect(refreshTimes(server).length).toBeGreaterThan(140);
    expect(refreshTimes(server).length).toBeLessThan(260);
  },
);
