// Serves this folder, and passes /api on to the demo's token server, as if it were the application's own.
import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const demo = process.env.DEMO_SERVER ?? 'http://localhost:4173';
const port = Number(process.env.PORT ?? 5173);
const folder = fileURLToPath(new URL('.', import.meta.url));
const types = { '.html': 'text/html', '.js': 'text/javascript', '.svg': 'image/svg+xml' };

const server = createServer(async (incoming, response) => {
  const { method, headers, url } = incoming;
  if (url.startsWith('/api/')) {
    const onward = request(new URL(url, demo), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.writeHead(502).end(`No demo at ${demo}: npm start in the repository's root.`));
    incoming.pipe(onward);
    return;
  }
  const { pathname } = new URL(url, 'http://localhost');
  // Normalized as a rooted path, it leads nowhere outside of the folder.
  const path = join(folder, normalize(pathname === '/' ? '/index.html' : pathname));
  const type = types[extname(path)];
  const body = type && (await readFile(path).catch(() => undefined));
  if (!body) return response.writeHead(404).end('Not found.');
  response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-cache' }).end(body);
});
server.listen(port, 'localhost', () => console.log(`http://localhost:${server.address().port}/`));
