// Every JavaScript example of the README, run in Node with the installed package against the demo server, and type-checked.
import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { useDemoServer } from '../demo/support.js';
import { examples } from './readme.js';

const server = useDemoServer();
const project = inject('project');
const installed = join(project, 'node_modules/evertoken');
const page = pathToFileURL(join(import.meta.dirname, 'page.mjs')).href;

const all = examples('js', 'ts').map((example) => ({ ...example, code: withSession(example.code) }));

/** An example that starts no session of its own goes on with one. */
function withSession(code: string) {
  const isStarted = code.includes('const session =');
  const before = `import { startRefreshLoop as start } from 'evertoken';
    const session = await start({ refresh: { endpoint: '/auth/refresh' } });\n`;
  return isStarted ? code : before + code;
}

/** What an example prints, by its heading. All that there are have an entry here. */
const printed: Record<string, RegExp | string> = {
  'Ten lines that work': /^\{\n {2}sub: '[\w-]+',\n {2}name: 'ada',\n[^}]+\}\n$/,
  'A function': 'active\n',
  'A cookie endpoint': /^[\w-]{36}\n$/,
  'The OAuth 2 refresh grant': '200\n',
  'The snapshot': /^(render active, \d+ s left\n)+$/,
  Errors: '',
  '`session.fetch`': 'true false\n200\n',
  'Reading a token': /^[\w-]{36} \d{10} 5400\n$/,
  'Sessions: idle, maximum, warnings': '',
  'Storage and security': '',
  Entries: 'active\n',
  'Node and workers': '200\n',
  'Checking settings': 'warning MAXIMUM_OVER_A_DAY ssoSessionMaxLifespan\n',
};

/** What the server has seen in the end, where that says more. */
const seen: Record<string, object> = {
  'Ten lines that work': { api: { accepted: 1, rejected: 0 }, refreshes: { cookie: { accepted: 1 } } },
  'A cookie endpoint': { refreshes: { cookie: { accepted: 1 } } },
  'The OAuth 2 refresh grant': { api: { accepted: 1 }, revocations: { accepted: 1 } },
  'The snapshot': { refreshes: { cookie: { accepted: 2 } } },
  '`session.fetch`': { api: { accepted: 1, rejected: 0 } },
};

test('each is looked at', () => {
  expect(all.map(({ section }) => section)).toEqual(Object.keys(printed));
});

describe('in a process that ends by itself', () => {
  test.each(all)('$section', async ({ section, code }) => {
    const app = join(project, 'example.mjs');
    writeFileSync(app, `import '${page}';\n${code}`);
    const env = { ...process.env, DEMO: server.url, WASM: join(installed, 'dist/evertoken.wasm'), NO_COLOR: '1' };
    const from = performance.now();
    const { stdout, stderr } = await promisify(execFile)('node', [app], { cwd: project, env });
    expect(stderr).toBe('');
    expect(stdout).toEqual(expectation(printed[section] ?? ''));
    // Of a token's 20 s, which begin with a whole one.
    const passed = (performance.now() - from) / 1_000;
    for (const [, left] of stdout.matchAll(/(\d+) s left/g)) {
      expect(Number(left)).toBeGreaterThanOrEqual(Math.floor(19 - passed));
      expect(Number(left)).toBeLessThanOrEqual(20);
    }
    expect(server.stats()).toMatchObject(seen[section] ?? {});
  });

  const expectation = (text: string | RegExp) => (typeof text === 'string' ? text : expect.stringMatching(text));
});

test('all are well typed', () => {
  const files = all.map(({ code }, index) => {
    writeFileSync(join(project, `example-${index}.ts`), code);
    return `example-${index}.ts`;
  });
  writeFileSync(
    join(project, 'page.d.ts'),
    `declare const tokens: import('evertoken').RawTokenResponse;
    declare function csrfToken(): string;
    declare function clientCredentialsGrant(): Promise<import('evertoken').RawTokenResponse>;
    declare function render(text: string): void;
    declare function showDialog(text: string): void;
    declare function hideDialog(): void;
    declare function goToSignIn(reason?: import('evertoken').EndReason): void;
    declare function showOffline(retryAt?: number): void;`,
  );
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022,dom,dom.iterable', '--types', ''];
  const args = [...options, '--module', 'nodenext', 'page.d.ts', ...files];
  expect(spawnSync('tsc', args, { cwd: project, encoding: 'utf8' }).stdout).toBe('');
});
