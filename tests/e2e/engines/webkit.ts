import { findWebKit } from '../../../scripts/lib/browser.mjs';
import { absent, type Engine, type Power } from './engine.js';
import { hasOwnNetwork } from './network.js';
import { type Seat, takeSeat } from './seat.js';
import { NO_FREEZE, NO_KILL, WebKitProfile } from './webkit-profile.js';

const NO_OFFLINE =
  'WebKit asks the machine whether it is online, and this run has no network of its own to take away ' +
  '(`npm run test:browsers` gives it one where it may)';

/** MiniBrowser becomes slower with every page that it ever had. */
const MOST_PROFILES = 5;

export function launchWebKit(): Engine {
  const { miniBrowser, missing } = findWebKit();
  if (!miniBrowser || missing.length > 0) return absent('webkit', `there is no ${missing.join(', no ')} here`);
  const cannot: Partial<Record<Power, string>> = { freeze: NO_FREEZE, kill: NO_KILL };
  if (!hasOwnNetwork()) cannot.offline = NO_OFFLINE;
  // A driver begins no session about once in two hundred starts, so a browser is used by one profile after another.
  const seats = new Set<Seat>();
  const free: Seat[] = [];
  const leave = async (seat: Seat) => {
    seat.profiles += 1;
    if (seat.profiles < MOST_PROFILES) free.push(seat);
    else await seat.stop();
  };
  return {
    name: 'webkit',
    cannot,
    async newProfile() {
      const seat = free.pop() ?? (await takeSeat(miniBrowser));
      seats.add(seat);
      return new WebKitProfile(seat, () => leave(seat));
    },
    close: async () => void (await Promise.all([...seats].map((seat) => seat.stop()))),
  };
}
