// Serves this folder as it is, and the demo's token server under /api as if it were the application's own.
import { readFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { extname } from 'node:path';

const port = Number(process.argv[2] ?? 5173);
const demo = process.env.DEMO_SERVER ?? 'http://localhost:4173';
const types = { '.html': 'text/html', '.js': 'text/javascript', '.svg': 'image/svg+xml' };

createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  try {
    if (pathname.startsWith('/api/')) return forward(request, response);
    const file = new URL(pathname === '/' ? 'index.html' : `.${pathname}`, import.meta.url);
    const content = await readFile(file);
    response
      .writeHead(200, { 'Content-Type': types[extname(file.pathname)] ?? 'application/octet-stream' })
      .end(content);
  } catch {
    response.writeHead(404).end();
  }
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}`));

/** The request goes on as it came, and so does the answer with its cookies. */
function forward(request, response) {
  const onward = httpRequest(demo + request.url, { method: request.method, headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.writeHead(502).end());
  request.pipe(onward);
}
