import { execFileSync } from 'node:child_process';
import { findWebKit } from '../../../scripts/lib/browser.mjs';
import { absent, type Engine, type Power } from './engine.js';
import { hasOwnNetwork } from './network.js';
import { type Seat, takeSeat } from './seat.js';
import { NO_FREEZE, NO_KILL, WebKitProfile } from './webkit-profile.js';

const NO_OFFLINE =
  'WebKit asks the machine whether it is online, and this run has no network of its own to take away ' +
  '(`npm run test:browsers` gives it one where it may)';

export async function launchWebKit(): Promise<Engine> {
  const { miniBrowser, missing } = findWebKit();
  if (!miniBrowser || missing.length > 0) return absent('webkit', `there is no ${missing.join(', no ')} here`);
  const cannot: Partial<Record<Power, string>> = { freeze: NO_FREEZE, kill: NO_KILL };
  if (!hasOwnNetwork()) cannot.offline = NO_OFFLINE;
  // A driver has one session at a time. When that has ended, the next profile may sit there.
  const first = await takeSeat();
  const seats: Seat[] = [first];
  const free = [first];
  const env = { ...process.env, DISPLAY: first.display };
  return {
    name: 'webkit',
    version: execFileSync(miniBrowser, ['--version'], { encoding: 'utf8', env }).trim(),
    cannot,
    async newProfile() {
      // Under load a driver may leave the question for a session unanswered, for ever: the next one is asked then.
      for (let left = 3; ; left--) {
        const seat = free.pop() ?? (await takeSeat());
        if (!seats.includes(seat)) seats.push(seat);
        try {
          return await WebKitProfile.start(miniBrowser, seat, () => free.push(seat));
        } catch (error) {
          await seat.stop();
          if (left === 0) throw error;
        }
      }
    },
    close: async () => void (await Promise.all(seats.map((seat) => seat.stop()))),
  };
}
