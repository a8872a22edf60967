// A server of another origin than the page's, which lets every page in and notes what reaches it.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Seen {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Larger than what a browser looks at before it hands on the beginning of an answer. */
export const CHUNK = 8_192;

export class Origin {
  /** Without preflights. */
  readonly seen: Seen[] = [];
  /** So many of the next requests are answered by 401. */
  refusals = 0;
  /** Those that carry the bearer that came first are answered by 401. */
  refusesFirst = false;
  #waiting: (() => void)[] = [];
  readonly #http = createServer((request, response) => void this.#answer(request, response));

  get url() {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** Lets those go on that wait. */
  release() {
    for (const goOn of this.#waiting.splice(0)) goOn();
  }

  async listen() {
    await once(this.#http.listen(0, '127.0.0.1'), 'listening');
  }

  close() {
    this.#http.close();
    this.#http.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse) {
    const { method = '', url = '', headers } = request;
    response.setHeader('access-control-allow-origin', headers.origin ?? '*');
    response.setHeader('access-control-allow-methods', '*, DELETE, PATCH, PUT');
    response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '*');
    response.setHeader('content-type', 'application/octet-stream');
    response.setHeader('x-content-type-options', 'nosniff');
    if (method === 'OPTIONS') return response.writeHead(204).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    this.seen.push({ method, path: url, headers, body: Buffer.concat(chunks).toString() });
    const isFirst = headers.authorization === this.seen[0]?.headers.authorization;
    if (this.refusals > 0 || (this.refusesFirst && isFirst)) {
      this.refusals = Math.max(this.refusals - 1, 0);
      return response.writeHead(401).end('who are you?');
    }
    const { pathname, searchParams } = new URL(url, this.url);
    const to = searchParams.get('to');
    if (to !== null) return response.writeHead(307, { location: to }).end();
    // `/stream` answers by halves, `/wait` not at all, until it is released.
    if (pathname === '/stream') response.write('a'.repeat(CHUNK));
    if (pathname === '/stream' || pathname === '/wait') await new Promise<void>((goOn) => this.#waiting.push(goOn));
    return response.end(pathname === '/stream' ? 'b'.repeat(CHUNK) : 'welcome');
  }
}

/** One that listens until the test is over. */
export async function startOrigin(): Promise<Origin> {
  const origin = new Origin();
  await origin.listen();
  onTestFinished(() => origin.close());
  return origin;
}

/** The bearers that reached it. */
export const bearers = ({ seen }: Origin) => seen.map(({ headers }) => headers.authorization);
