// A network of a program's own, which a test may take away: nothing but loopback, where everything goes. Node builtins alone.
import { spawnSync } from 'node:child_process';

const setUp = 'ip link set lo up && ip route add default dev lo && exec "$@"';
const unshare = ['--net', '--', 'sh', '-c', setUp, 'sh'];

/** A command, wrapped so that it runs in such a network; as it is where this machine does not allow that. */
export function inOwnNetwork(program, args) {
  const isAllowed = process.platform === 'linux' && spawnSync('unshare', [...unshare, 'true']).status === 0;
  return isAllowed ? ['unshare', [...unshare, program, ...args]] : [program, args];
}
