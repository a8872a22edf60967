import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach } from 'vitest';

/** What the server has seen of a request. */
export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Answer = (response: ServerResponse, seen: Seen) => void;

/** A server on this machine for the tests of a file. */
export function localServer() {
  const state = { origin: '', seen: [] as Seen[], answer: (() => {}) as Answer };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const seen = { method, url, headers, body: Buffer.concat(chunks).toString() };
    state.seen.push(seen);
    state.answer(response, seen);
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    state.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    state.seen = [];
    state.answer = (response) => response.end('{"access_token":"one"}');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return state;
}

/** An answer with a body, a status and headers. */
export function answering(body: unknown, status = 200, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, headers);
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** An answer that breaks off. */
export const breakingOff: Answer = (response) => {
  response.writeHead(200, { 'content-length': '100' });
  response.write('{"access_token":');
  setImmediate(() => response.destroy());
};
