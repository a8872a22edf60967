// The only way that a WebKit profile has to the network: a proxy that can be shut.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

export class Gate {
  #isShut = false;
  #server = createServer((asked, answer) => (this.#isShut ? answer.destroy() : forward(asked, answer)));

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

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
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
