import { findWebKit } from '../../../scripts/lib/browser.mjs';
import { absent, type Engine, type Power } from './engine.js';
import { hasOwnNetwork } from './network.js';
import { type Seat, takeSeat } from './seat.js';
import { NO_FREEZE, NO_KILL, WebKitProfile } from './webkit-profile.js';

const NO_OFFLINE =
  'WebKit asks the machine whether it is online, and this run has no network of its own to take away ' +
  '(`npm run test:browsers` gives it one where it may)';

export function launchWebKit(): Engine {
  const { miniBrowser, missing } = findWebKit();
  if (!miniBrowser || missing.length > 0) return absent('webkit', `there is no ${missing.join(', no ')} here`);
  const cannot: Partial<Record<Power, string>> = { freeze: NO_FREEZE, kill: NO_KILL };
  if (!hasOwnNetwork()) cannot.offline = NO_OFFLINE;
  // A driver has one session at a time. When that has ended, the next profile may sit there.
  const seats = new Set<Seat>();
  const free: Seat[] = [];
  return {
    name: 'webkit',
    cannot,
    async newProfile() {
      // About once in a hundred starts on a busy machine the driver begins no session, for ever: the next one is asked then.
      for (let left = 3; ; left--) {
        const seat = free.pop() ?? (await takeSeat());
        seats.add(seat);
        try {
          return await WebKitProfile.start(miniBrowser, seat, () => free.push(seat));
        } catch (error) {
          if (left === 0) throw error;
        }
      }
    },
    close: async () => void (await Promise.all([...seats].map((seat) => seat.stop()))),
  };
}
