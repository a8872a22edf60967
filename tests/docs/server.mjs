// The servers that the recipes talk to. JavaScript, since `ws` comes without types.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';

/**
 * Listens until the test ends.
 * @param {import('node:http').RequestListener} listener
 */
export async function serve(listener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

/**
 * A server of WebSockets that tells every message and every close by the number of the connection.
 * @param {(line: string) => void} tell
 */
export async function serveSockets(tell) {
  const { server, url } = await serve((_, response) => response.end());
  const sockets = new WebSocketServer({ server });
  onTestFinished(() => sockets.close());
  let count = 0;
  sockets.on('connection', (socket) => {
    const number = ++count;
    socket.on('message', (data) => {
      tell(`${number} ${JSON.parse(String(data)).accessToken}`);
      socket.send(`welcome, ${number}`);
    });
    socket.on('close', () => tell(`${number} closed`));
  });
  return { url: url.replace('http', 'ws'), cut: () => sockets.clients.forEach((socket) => void socket.terminate()) };
}

/** @param {import('node:http').IncomingMessage} request */
export async function bodyOf(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
