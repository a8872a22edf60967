// A session on another platform than the browser: its loop and its fast path go by the same clocks, timer and events.
import { expect, test } from 'vitest';
import { platformOption } from '../../js/platform.js';
import { startSession } from '../../js/start.js';
import type { Session } from '../../js/types.js';
import { FakePlatform } from './platform.js';
import { loadCore } from './wasm.js';

async function onPlatform(options: object = {}): Promise<{ session: Session; platform: FakePlatform; sent: string[] }> {
  const platform = new FakePlatform();
  const sent: string[] = [];
  const refresh = async ({ reason }: { reason: string }) => {
    sent.push(reason);
    return { accessToken: `token-${sent.length}`, expiresIn: 600 };
  };
  const given = { refresh, ...options, [platformOption]: platform } as never;
  return { session: await startSession(given, async () => loadCore()), platform, sent };
}

/** The answer of a refresh comes some microtasks after its timer. */
const answered = () => new Promise((resolve) => setImmediate(resolve));

test('the loop refreshes when the platform says that it is time', async () => {
  const { session, platform, sent } = await onPlatform();
  expect([session.accessToken, session.snapshot.expiresAt]).toEqual(['token-1', 1_700_000_600]);
  platform.pass(299_000);
  await answered();
  expect(sent).toEqual(['start']);
  while (session.snapshot.refresh === 'idle') platform.pass(100);
  await answered();
  expect([sent, session.accessToken]).toEqual([['start', 'due'], 'token-2']);
  session.stop();
  expect(platform.timers.size).toBe(0);
});

test('the fast path goes by its clocks', async () => {
  const { session, platform } = await onPlatform({ refreshWindow: 0 });
  expect(await session.getAccessToken()).toBe('token-1');
  // It slept: no timer came, and the token has expired meanwhile.
  platform.wall += 700_000;
  expect(session.accessToken).toBeUndefined();
  expect(session.snapshot.status).toBe('expired');
  session.stop();
});

test('its events trigger a check, and its input is activity', async () => {
  const { session, platform } = await onPlatform({ idleTimeout: '15m' });
  platform.pass(60_000);
  platform.dispatch('keydown');
  expect(session.snapshot.idleEndsAt).toBe(1_700_000_960);
  session.stop();
});
