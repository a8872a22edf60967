import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { launchOptions } from '../../scripts/lib/browser.mjs';
import { token } from './token.js';

const packageFolder = join(inject('project'), 'node_modules/evertoken');
const html = `<!doctype html><link rel="icon" href="data:,"><script type="importmap">
  { "imports": { "evertoken": "/package/dist/index.js", "evertoken/slim": "/package/dist/slim.js" } }</script>
  <script>globalThis.load = (specifier) => import(specifier)</script>`;

// In the page. A function that is sent there cannot use import(): the test runner rewrites it.
// biome-ignore lint/suspicious/noExplicitAny: what is loaded is named at run time
declare const load: (specifier: string) => Promise<any>;

let server: Server;
let browser: Browser;
let page: Page;
let requests: string[];

beforeAll(async () => {
  server = await serve();
  browser = await puppeteer.launch(launchOptions());
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});
beforeEach(async () => {
  page = await browser.newPage();
  requests = [];
  page.on('request', (request) => requests.push(new URL(request.url()).pathname.replace(/shared-\w+/, 'shared-#')));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return () => page.close();
});

describe.each(['evertoken', 'evertoken/slim'])('%s in a page, by an import map', (entry) => {
  test('does nothing when it is imported', async () => {
    const done = await page.evaluate(async (specifier) => {
      const { effectsOfImport } = await load('/import-check.js');
      return effectsOfImport(specifier);
    }, entry);
    expect(done).toMatchObject({ calls: [], added: [] });
    expect(requests.filter((path) => path.startsWith('/package')).sort()).toEqual(
      [`/package/dist/${entry === 'evertoken' ? 'index' : 'slim'}.js`, '/package/dist/shared-#.js'].sort(),
    );
  });
});

test('evertoken reads a token after init(), and asks for no other file', async () => {
  const claims = await page.evaluate(async (jwt) => {
    const { decodeToken, init } = await load('evertoken');
    await init();
    return decodeToken(jwt);
  }, token);
  expect(claims).toMatchObject({ sub: 'pack' });
  expect(requests.some((path) => path.endsWith('.wasm'))).toBe(false);
});

test('evertoken/slim reads a token with the wasm from its URL', async () => {
  const claims = await page.evaluate(async (jwt) => {
    const { decodeToken, init } = await load('evertoken/slim');
    await init('/package/dist/evertoken.wasm');
    return decodeToken(jwt);
  }, token);
  expect(claims).toMatchObject({ sub: 'pack' });
});

async function serve() {
  const types: Record<string, string> = { js: 'text/javascript', wasm: 'application/wasm' };
  const started = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/') return response.setHeader('content-type', 'text/html').end(html);
    const file = pathname.startsWith('/package/')
      ? join(packageFolder, pathname.slice('/package/'.length))
      : join(import.meta.dirname, pathname);
    response.setHeader('content-type', types[file.split('.').at(-1) ?? ''] ?? 'text/plain');
    return readFile(file).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return started;
}
