// What stands in docs/servers: all of it well typed, and what any OAuth server is to be run against one. The others run
// against their own servers, in tests/servers.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Options, Session, Tokens } from '../../js/index.js';
import { startRefreshLoop } from '../../js/index.js';
import { startOidc } from '../e2e/oidc.js';
import { compile, root, run, snippetsOf } from './document.js';

const pages = readdirSync(join(root, 'docs/servers'));
const all = pages.flatMap((page) => snippetsOf(`servers/${page}`).map((snippet) => ({ page, ...snippet })));

test('all code is well typed', () => {
  const snippets = all.filter(({ language }) => language === 'ts');
  const names = snippets.map(({ page, headings }) => `${page}-${headings.join('-')}`.replaceAll(/\W+/g, '-'));
  expect(new Set(names).size).toBe(snippets.length);
  expect(compile(Object.fromEntries(snippets.map(({ code }, index) => [`${names[index]}.ts`, code])))).toEqual([]);
});

test('the realm on the page is the one that Keycloak is tested with', () => {
  const realm = JSON.parse(readFileSync(join(root, 'tests/servers/keycloak/realm.json'), 'utf8'));
  const told = all.filter(({ page, language }) => page === 'keycloak.md' && language === 'json');
  expect(told).toHaveLength(1);
  expect(realm).toMatchObject(JSON.parse(told[0]?.code ?? ''));
});

describe('oauth.md, at oidc-provider', () => {
  const snippets = new Map(
    all.filter(({ page }) => page === 'oauth.md').map(({ headings, code }) => [headings.at(-1), code]),
  );
  const snippet = <Exports>(heading: string, url = 'https://login.example.com') =>
    run<Exports>(
      (snippets.get(heading) ?? '').replaceAll('https://login.example.com', url).replaceAll('my-app', 'evertoken'),
    );
  const kept = (session: Session) => {
    onTestFinished(() => session.stop());
    return session;
  };

  test('each is looked at', () => {
    expect([...snippets.keys()]).toEqual([
      'By the issuer',
      'Without a request at every load',
      'A server that cannot be found',
    ]);
  });

  test('By the issuer', async () => {
    const oidc = await startOidc(600);
    const { start } = await snippet<{ start(tokens: Tokens): Promise<Session> }>('By the issuer', oidc.url);
    const session = kept(await start(await oidc.signIn('ada')));
    await session.refresh();
    await session.refresh();
    await session.signOut();
    expect(oidc.counts).toMatchObject({ generations: 2, refused: 0, revoked: 1 });
  });

  test('Without a request at every load', async () => {
    const oidc = await startOidc(600);
    const { options } = await snippet<{ options: Options }>('Without a request at every load', oidc.url);
    const session = kept(await startRefreshLoop({ ...options, tokens: await oidc.signIn('ada') } as Options));
    await session.refresh();
    await session.signOut();
    expect(oidc.counts).toMatchObject({ generations: 1, refused: 0, revoked: 1 });
  });

  test('A server that cannot be found', async () => {
    const oidc = await startOidc(600);
    const { isThere } = await snippet<{ isThere(issuer: string): Promise<boolean> }>('A server that cannot be found');
    expect(await isThere(oidc.url)).toBe(true);
    expect(await isThere(`${oidc.url}/nobody`)).toBe(false);
    await expect(isThere('nowhere')).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION' });
  });
});
