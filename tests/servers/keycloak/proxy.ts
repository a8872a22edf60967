// What stands before a Keycloak in the field, and can answer in its place.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/**
 * How a proxy treats the token endpoint: as it is, with a status of its own, without the new refresh token, with a
 * connection that breaks off (as with a server that is stopped), or not until `release` is called.
 */
type Manner = 'as it is' | 500 | 502 | 503 | 'no refresh token' | 'break off' | 'hold';

/** One that listens until the test is over. It passes the Host header on, so Keycloak takes the proxy's URL for its own. */
export async function startProxy(upstream: string) {
  const held: (() => void)[] = [];
  const state = { manner: 'as it is' as Manner };
  const proxy = createServer(async (incoming, outgoing) => {
    const isToken = incoming.method === 'POST' && (incoming.url?.endsWith('/token') ?? false);
    const manner = isToken ? state.manner : 'as it is';
    if (manner === 'break off') return incoming.destroy();
    if (manner === 'hold') await new Promise<void>((go) => held.push(go));
    return pass(upstream, incoming, outgoing, manner).catch(() => incoming.destroy());
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return Object.assign(state, {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    /** How many requests are held. */
    held: () => held.length,
    /** Lets those on to Keycloak that are held. */
    release: () => {
      for (const go of held.splice(0)) go();
    },
  });
}

async function pass(upstream: string, incoming: IncomingMessage, outgoing: ServerResponse, manner: Manner) {
  if (typeof manner === 'number') {
    // A proxy's own page has no CORS headers, unless somebody thought of it.
    outgoing.writeHead(manner, { 'access-control-allow-origin': '*' }).end('<html>');
    return;
  }
  const { method, headers, url = '' } = incoming;
  const onward = request(new URL(url, upstream), { method, headers });
  incoming.pipe(onward);
  const [answer] = (await once(onward, 'response')) as [IncomingMessage];
  const body = await text(answer);
  const { 'content-length': _, 'transfer-encoding': __, ...kept } = answer.headers;
  outgoing.writeHead(answer.statusCode ?? 502, kept);
  outgoing.end(manner === 'no refresh token' ? withoutRefreshToken(body) : body);
}

function withoutRefreshToken(body: string) {
  const { refresh_token: _, ...rest } = JSON.parse(body);
  return JSON.stringify(rest);
}
