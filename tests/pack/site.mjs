// One origin with a Content-Security-Policy on everything: the token server under its paths, the application elsewhere.
import { createHash, randomInt } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { extname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createDemoServer } from '../../examples/demo/server/demo-server.mjs';

const types = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};

// Seconds. A token of a short life is refreshed at half of it. One of a long life outlasts the rest of the visit, so that a
// call of the API with it succeeds on a machine of any speed.
const SHORT_LIFE = 2;
const LONG_LIFE = 1200;

/** A request for this path is answered when every token of a short life that was issued before has expired. */
export const SLEEP_PATH = '/sleep';

/**
 * Serves an application: folders, or what `upstream` (a port) answers. Resolves to its URL and what closes it.
 *
 * The sign-in and the first refresh give tokens of a short life, later refreshes one of a long life. With `sleeps`, tokens
 * live short until the page has slept.
 *
 * @param {{ folders?: string[], upstream?: number, scripts: string[], sleeps: boolean }} application `scripts`: the sources
 * of script-src
 */
export async function openSite({ folders = [], upstream, scripts, sleeps }) {
  const tokens = createDemoServer();
  const tokenPort = Number(new URL(await tokens.listen()).port);
  const policy = `script-src ${scripts.join(' ')}`;
  let refreshes = 0;
  let hasSlept = false;
  const setLifeFor = (pathname) => {
    if (pathname.endsWith('/login')) refreshes = 0;
    if (pathname.endsWith('/access-token')) refreshes += 1;
    const isShort = sleeps ? !hasSlept : refreshes <= 1;
    tokens.set({ tokenLifetime: isShort ? SHORT_LIFE : LONG_LIFE });
  };
  const sleep = async (response) => {
    await pause((SHORT_LIFE + 1) * 1000);
    hasSlept = true;
    response.end();
  };

  const server = createServer((request, response) => {
    response.setHeader('Content-Security-Policy', policy);
    const { pathname } = new URL(request.url, 'http://site');
    if (pathname === SLEEP_PATH) return sleep(response);
    if (pathname.startsWith('/api/Identity/') || pathname === '/api/me') {
      setLifeFor(pathname);
      return forward(request, response, tokenPort);
    }
    if (pathname === '/favicon.ico') return response.writeHead(204).end();
    if (upstream !== undefined) return forward(request, response, upstream);
    return sendFile(response, folders, pathname);
  });
  // The development server's channel to its page.
  server.on('upgrade', (request, socket, head) => tunnel(request, socket, head, upstream));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    async close() {
      server.closeAllConnections();
      server.close();
      await tokens.close();
    },
  };
}

/** The sources that allow the inline scripts of a page. */
export async function hashesOfInlineScripts(file) {
  const scripts = [...(await readFile(file, 'utf8')).matchAll(/<script(?![^>]* src=)[^>]*>([\s\S]*?)<\/script>/g)];
  return scripts.map(([, text]) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
}

/** A port that nobody listens on, and that no system gives away by itself (Linux: from 32768) before it is used. */
export async function freePort() {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createTcpServer()
      .on('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function forward(request, response, port) {
  const { method, url: path, headers } = request;
  const onward = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
    const { 'content-security-policy': _, ...rest } = answer.headers;
    response.writeHead(answer.statusCode, rest);
    answer.pipe(response);
  });
  onward.on('error', (error) => response.writeHead(502).end(error.message));
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

function tunnel({ url, rawHeaders }, socket, head, port) {
  if (port === undefined) return socket.destroy();
  const onward = connect(port, '127.0.0.1', () => {
    const lines = rawHeaders.flatMap((name, index) => (index % 2 ? [] : [`${name}: ${rawHeaders[index + 1]}`]));
    onward.write([`GET ${url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
    onward.write(head);
    onward.pipe(socket).pipe(onward);
  });
  onward.on('error', () => socket.destroy());
  return socket.on('error', () => onward.destroy());
}

async function sendFile(response, folders, pathname) {
  const name = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
  const file = folders.map((folder) => join(folder, name)).find((path) => existsSync(path) && statSync(path).isFile());
  if (!file) return response.writeHead(404).end(`no such file: ${pathname}`);
  response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream');
  return response.end(await readFile(file));
}
