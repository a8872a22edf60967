// A network namespace in which the loopback device is all there is, and where everything goes: who asks the kernel whether
// there is a network believes that there is one, and may be told that it is gone.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Whether this process is in such a namespace: scripts/lib/network.mjs makes it. */
export function hasOwnNetwork(): boolean {
  try {
    return /^lo\t00000000\t/m.test(readFileSync('/proc/net/route', 'utf8'));
  } catch {
    return false;
  }
}

/** Gives or takes away the network; connections over loopback stay. */
export function setNetwork(isThere: boolean) {
  execFileSync('ip', ['route', isThere ? 'replace' : 'delete', 'default', 'dev', 'lo']);
}
