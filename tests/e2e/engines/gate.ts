// The only way that a WebKit profile has to the network: a proxy that can be shut.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** The path, at any origin, of a blank page with which the browser forgets all that it keeps for the origin. */
export const CLEARING_PATH = '/clear-site-data';

export class Gate {
  #isShut = false;
  #origins = new Set<string>();
  #server = createServer((asked, answer) => {
    if (this.#isShut) return void answer.destroy();
    const { origin, pathname } = new URL(asked.url as string);
    if (pathname === CLEARING_PATH) return clear(answer);
    this.#origins.add(origin);
    forward(asked, answer);
  });

  async open() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Host and port. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  /** While it is shut nothing comes through, and what was under way is cut. */
  shut(isShut: boolean) {
    this.#isShut = isShut;
    if (isShut) this.#server.closeAllConnections();
  }

  /** Those that the browser has asked since this was called last. */
  takeOrigins(): string[] {
    const origins = [...this.#origins];
    this.#origins.clear();
    return origins;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

function clear(answer: ServerResponse) {
  answer.writeHead(200, { 'Content-Type': 'text/html', 'Clear-Site-Data': '"cache", "cookies", "storage"' });
  answer.end();
}

/** Sends a request on; whichever side hangs up, the other one sees it. There is nothing beyond this machine. */
function forward(asked: IncomingMessage, answer: ServerResponse) {
  const { method, headers, url = '' } = asked;
  if (!/^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(url)) return void answer.destroy();
  const onward = request(url, { method, headers, agent: false }, (got) => {
    answer.writeHead(got.statusCode ?? 502, got.rawHeaders);
    got.pipe(answer);
    got.on('error', () => answer.destroy());
  });
  onward.on('error', () => answer.destroy());
  answer.on('close', () => onward.destroy());
  asked.pipe(onward);
}
