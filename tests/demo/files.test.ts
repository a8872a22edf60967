import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createDemoServer } from '../../examples/demo/server/demo-server.mjs';
import { Client, useDemoServer } from './support.js';

const dist = await mkdtemp(join(tmpdir(), 'evertoken-demo-'));
await writeFile(join(dist, 'index.js'), 'export {};');
await writeFile(join(dist, 'evertoken.wasm'), new Uint8Array([0, 97, 115, 109]));
await writeFile(join(dist, 'secret.env'), 'x');
afterAll(() => rm(dist, { recursive: true }));

const server = useDemoServer({ dist, mounts: { '/extra/': dist } });

test('serves the page under a strict policy', async () => {
  const answer = await new Client(server).fetch('/');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const policy = answer.headers.get('content-security-policy');
  expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
  expect(policy).toContain("connect-src 'self';");
  expect(policy).not.toContain('unsafe-inline');
  expect(await answer.text()).not.toMatch(/ style=|<style|<script(?! type="module" src=)/);
});

test('lets its pages connect to other origins where it is told to', async () => {
  const other = createDemoServer({ connectTo: ['http://127.0.0.1:1', 'https://api.example.com'] });
  await other.listen(0);
  const { headers } = await new Client(other).fetch('/');
  await other.close();
  expect(headers.get('content-security-policy')).toContain(
    "connect-src 'self' http://127.0.0.1:1 https://api.example.com;",
  );
});

test.each([
  ['/evertoken/index.js', 'text/javascript; charset=utf-8'],
  ['/evertoken/evertoken.wasm', 'application/wasm'],
  ['/extra/index.js', 'text/javascript; charset=utf-8'],
])('serves %s as %s', async (path, type) => {
  const answer = await new Client(server).fetch(path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe(type);
});

test.each(['/nothing.js', '/evertoken/secret.env', '/evertoken/', '/evertoken/%E0%A4%A.js', '/%00.js'])(
  'has no %s',
  async (path) => {
    expect((await new Client(server).fetch(path)).status).toBe(404);
  },
);

test('does not leave its folders', async () => {
  for (const path of [
    '/../server.mjs',
    '/evertoken/..%2f..%2fserver.mjs',
    '/..%5cserver.mjs',
    '/evertoken/../../server/api.mjs',
  ]) {
    expect(await statusOfRaw(path)).toBe(404);
  }
});

test('answers what is no path at all', async () => {
  expect(await statusOfRaw('//[')).toBe(404);
  expect(await statusOfRaw('*')).toBe(400);
});

test('refuses other methods and large bodies', async () => {
  const client = new Client(server);
  expect((await client.fetch('/', { method: 'DELETE' })).status).toBe(405);
  expect((await client.fetch('/oauth/token', { method: 'POST', body: 'x'.repeat(100_000) })).status).toBe(413);
});

/** The status for a path that is sent as it is: fetch would tidy it up. */
function statusOfRaw(path: string): Promise<number> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: demo\r\nConnection: close\r\n\r\n`),
    );
    socket.once('data', (data) => {
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(data.toString('latin1'))?.[1]));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
