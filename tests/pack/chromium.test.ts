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

const noWasmPath = '/without-wasm';
const policies: Record<string, string> = {
  '/': "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'",
  [noWasmPath]: "script-src 'self' 'unsafe-inline'",
};

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
  page.on('request', (request) => requests.push(new URL(request.url()).pathname));
  await open('/');
  return () => page.close();
});

const open = (path: string) => page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);

describe.each(['evertoken', 'evertoken/slim'])('%s in a page, by an import map', (entry) => {
  test('does nothing when it is imported', async () => {
    const done = await page.evaluate(async (specifier) => {
      const { effectsOfImport } = await load('/import-check.js');
      return effectsOfImport(specifier);
    }, entry);
    expect(done).toMatchObject({ calls: [], added: [] });
    expect(requests.filter((path) => path.startsWith('/package')).sort()).toEqual(
      [`/package/dist/${entry === 'evertoken' ? 'index' : 'slim'}.js`, '/package/dist/shared.js'].sort(),
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

test.each(['evertoken', 'evertoken/slim'])("%s says what a policy without 'wasm-unsafe-eval' lacks", async (entry) => {
  await open(noWasmPath);
  const told = await page.evaluate(async (specifier) => {
    const { EvertokenError, init, startRefreshLoop } = await load(specifier);
    const start = () =>
      specifier === 'evertoken' ? startRefreshLoop({ refresh: () => null }) : init('/package/dist/evertoken.wasm');
    return start().then(
      () => 'started',
      (error: Error & { code: string }) => [error instanceof EvertokenError, error.code, error.message],
    );
  }, entry);
  expect(told).toEqual([true, 'ERR_WASM_UNAVAILABLE', expect.stringContaining("add 'wasm-unsafe-eval' to script-src")]);
});

test.each(['a URL', 'bytes', 'a WebAssembly.Module'])('evertoken/slim starts with the wasm from %s', async (kind) => {
  const subject = await page.evaluate(
    async (given, jwt) => {
      const { init, startRefreshLoop } = await load('evertoken/slim');
      const url = '/package/dist/evertoken.wasm';
      if (given === 'a URL') await init(new URL(url, location.href));
      if (given === 'bytes') await init(await (await fetch(url)).arrayBuffer());
      if (given === 'a WebAssembly.Module') await init(await WebAssembly.compileStreaming(fetch(url)));
      const session = await startRefreshLoop({ refresh: () => jwt });
      const { sub } = session.claims;
      session.stop();
      return sub;
    },
    kind,
    token,
  );
  expect(subject).toBe('pack');
});

test.each([
  ['evertoken', 'evertoken/slim'],
  ['evertoken/slim', 'evertoken'],
])('%s and then %s in one page load one wasm', async (...entries) => {
  const told = await page.evaluate(
    async (specifiers, jwt) => {
      let instances = 0;
      WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
        construct(...args) {
          instances += 1;
          return Reflect.construct(...args);
        },
      });
      const subjects: string[] = [];
      for (const specifier of specifiers) {
        const { init, startRefreshLoop } = await load(specifier);
        if (specifier === 'evertoken/slim') await init('/package/dist/evertoken.wasm');
        const session = await startRefreshLoop({ refresh: () => jwt });
        subjects.push(session.claims.sub);
        session.stop();
      }
      return { subjects, instances };
    },
    entries,
    token,
  );
  expect(told).toEqual({ subjects: ['pack', 'pack'], instances: 1 });
});

async function serve() {
  const types: Record<string, string> = { js: 'text/javascript', wasm: 'application/wasm' };
  const started = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const policy = policies[pathname];
    if (policy) response.setHeader('content-security-policy', policy);
    if (policy) return response.setHeader('content-type', 'text/html').end(html);
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
