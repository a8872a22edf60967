// The crate as a module of its own: `wasm-pack build --target web`. It runs behind the wasm tests, whose crates are compiled by then.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { expect } from 'vitest';
import { environmentWith } from '../../scripts/lib/toolchain.mjs';
import { test } from '../e2e/support.js';

declare const load: (path: string) => Promise<typeof import('../../js/generated/evertoken.js')>;

const readIfThere = (path: string) => (existsSync(path) ? readFileSync(path) : '');

const TYPES: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' };

test('wasm-pack builds a module that starts a loop by itself', async ({ open }) => {
  const folder = mkdtempSync(join(tmpdir(), 'evertoken-module-'));
  const env = environmentWith(['wasm-bindgen-cli', 'wasm-pack']);
  const options = ['--dev', '--target', 'web', '--no-opt', '--out-name', 'evertoken', '--out-dir', folder];
  execFileSync('wasm-pack', ['build', ...options], { env, stdio: 'pipe' });
  const server = createServer(({ url = '/' }, answer) => {
    const path = url === '/' ? '/index.html' : url;
    answer.setHeader('Content-Type', TYPES[extname(path)] ?? 'text/plain');
    // A function that is sent to the page cannot use import(): the test runner rewrites it.
    if (path === '/index.html') answer.end('<!doctype html><script>globalThis.load = (path) => import(path)</script>');
    else answer.writeHead(existsSync(join(folder, path)) ? 200 : 404).end(readIfThere(join(folder, path)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { page } = await open();
  await page.goto(`http://127.0.0.1:${(server.address() as { port: number }).port}/`);
  const told = await page.evaluate(async () => {
    const { default: init, RefreshLoop } = await load('/evertoken.js');
    await init({ module_or_path: '/evertoken_bg.wasm' });
    const told: unknown[][] = [];
    const tell =
      (name: string) =>
      (...given: unknown[]) =>
        void told.push([name, ...given]);
    const host = new Proxy({}, { get: (_, name: string) => (name === 'comeBack' ? () => false : tell(name)) });
    const tokens = { accessToken: 'one', expiresIn: 600 };
    const loop = RefreshLoop.start({}, { refresh: true }, tokens, undefined, 0.5, host, undefined);
    loop.stop();
    return told;
  });
  server.close();
  rmSync(folder, { recursive: true });
  expect(told).toContainEqual(['hold', 'one', null]);
  expect(told).toContainEqual(['snapshot', expect.objectContaining({ status: 'active', refresh: 'idle' })]);
  expect(told.at(-1)).toEqual(['release']);
});
