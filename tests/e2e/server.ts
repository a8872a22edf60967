import { join } from 'node:path';
import { inject, vi } from 'vitest';
import { createDemoServer, type DemoServer } from '../../examples/demo/server/demo-server.mjs';

const packageFolder = join(inject('project'), 'node_modules/evertoken');
const pageFolder = join(import.meta.dirname, 'page');

/** Long enough that no token is due while a slow machine works on a test in real time. */
const LIFETIMES = { tokenLifetime: 3600, refreshTokenLifetime: 86_400 };

/** The demo's token server on a free port, with the installed tarball and the page of the tests. */
export async function startServer(
  settings: Record<string, unknown> = {},
  connectTo: readonly string[] = [],
): Promise<DemoServer> {
  const mounts = { '/e2e/': pageFolder };
  const server = createDemoServer({
    dist: join(packageFolder, 'dist'),
    mounts,
    settings: { ...LIFETIMES, ...settings },
    connectTo,
  });
  await server.listen(0);
  return server;
}

/** Of a server's refreshes: when it was asked, in seconds of its own time. */
export function refreshTimes(server: DemoServer): number[] {
  return server.requests({ kind: 'refresh' }).map(({ serverAt }) => serverAt / 1000);
}

/** Lets the answer go that the fault `hold` keeps, once there is one to keep: a request may still be on its way. */
export const releaseHeld = (server: DemoServer) => vi.waitUntil(() => server.release() > 0);
