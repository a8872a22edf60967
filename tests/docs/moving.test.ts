// What stands in moving.md: all of it well typed, and the sessions that take over from other libraries run against the
// demo server.
import { afterEach, describe, expect, test, vi } from 'vitest';
import { useDemoServer } from '../demo/support.js';
import { compile, run, type Snippet, snippetsOf } from './document.js';

const moving = snippetsOf('moving.md');
const recipes = snippetsOf('recipes.md');

test('there is a before and an after, wherever one comes from', () => {
  const from = [...new Set(moving.map(({ headings }) => headings[0]))];
  expect(from).toHaveLength(5);
  expect(moving.map(({ headings }) => headings)).toEqual(
    from.flatMap((it) => [
      [it, 'Before'],
      [it, 'After'],
    ]),
  );
});

describe('types', () => {
  test('all snippets are TypeScript, these and the recipes', () => {
    const languages = new Set([...moving, ...recipes].map(({ language }) => language));
    expect([...languages]).toEqual(['ts']);
  });

  test('all are well typed, and one that is not is told', () => {
    const wrong = "import { startRefreshLoop } from 'evertoken';\nstartRefreshLoop({ refresh: 1 });";
    const told = compile({ ...files([...moving, ...recipes]), 'wrong.ts': wrong });
    expect(told).toEqual([expect.stringMatching(/^wrong\.ts\(2,20\): error/)]);
  });

  const files = (snippets: Snippet[]) =>
    Object.fromEntries(
      snippets.map(({ headings, code }) => [`${headings.join('-').replaceAll(/\W+/g, '-')}.ts`, code]),
    );
});

describe('after', () => {
  const server = useDemoServer();
  const send = globalThis.fetch;
  type App = { callApi(path: string): Promise<Response>; signOut(): Promise<void> };
  const library = globalThis as { library?: Record<string, unknown> };

  /** Runs what stands after one library, which the test plays, on a page whose network ends at the demo server. */
  async function after(from: string, name: string, source: string, played: Record<string, unknown>): Promise<App> {
    const snippet = moving.find(({ headings }) => headings[0]?.startsWith(from) && headings[1] === 'After');
    vi.stubGlobal('location', new URL('https://app.example.com/'));
    vi.stubGlobal('fetch', (input: string | URL, init?: RequestInit) => {
      const { host, pathname } = new URL(input, location.href);
      if (init?.body instanceof URLSearchParams) init.body.set('client_id', 'evertoken-demo');
      const path = host === 'api.example.com' ? `/api${pathname}` : '/oauth/token';
      return send(server.url + path, init);
    });
    library.library = played;
    return run<App>(snippet?.code ?? '', { [name]: source });
  }
  const grant = async () => {
    const form = { grant_type: 'password', username: 'ada', password: 'demo', client_id: 'evertoken-demo' };
    const response = await send(`${server.url}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
    return (await response.json()) as { access_token: string; refresh_token: string; expires_in: number };
  };

  afterEach(() => vi.unstubAllGlobals());

  describe('keycloak-js', () => {
    const source = `export default class Keycloak {
      constructor() { Object.assign(this, library); }
      init = async () => true;
    }`;
    async function start() {
      const { access_token: token, refresh_token: refreshToken } = await grant();
      const [login, logout] = [vi.fn(), vi.fn()];
      const played = { token, refreshToken, login, logout };
      return { app: await after('keycloak-js', 'keycloak-js', source, played), login, logout };
    }

    test('the session goes on with its tokens, and a sign-out is its own', async () => {
      const { app, login, logout } = await start();
      expect((await app.callApi('/me')).status).toBe(200);
      expect(server.stats()).toMatchObject({ api: { accepted: 1 }, refreshes: { oauth: { accepted: 0 } } });
      await app.signOut();
      expect(logout).toHaveBeenCalledOnce();
      expect(login).not.toHaveBeenCalled();
      expect((await app.callApi('/me')).status).toBe(401);
    });

    test('a refusal brings a sign-in', async () => {
      const { app, login, logout } = await start();
      server.revokeSessions();
      server.setClock({ offsetMs: 86_400_000 });
      expect((await app.callApi('/me')).status).toBe(401);
      expect(login).toHaveBeenCalledOnce();
      expect(logout).not.toHaveBeenCalled();
    });
  });

  describe('auth0-spa-js', () => {
    const source = 'export const createAuth0Client = async () => library;';
    const start = async (getTokenSilently: (options: object) => Promise<object>) => {
      const logout = vi.fn();
      const app = await after('auth0-spa-js', '@auth0/auth0-spa-js', source, { getTokenSilently, logout });
      return { app, logout };
    };
    const fail = (error?: string) => Object.assign(new Error('no token'), error && { error });

    test('it brings the tokens, one for all who ask, and is told of a sign-out', async () => {
      const getTokenSilently = vi.fn(grant);
      const { app, logout } = await start(getTokenSilently);
      const answers = await Promise.all([app.callApi('/me'), app.callApi('/me')]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(getTokenSilently.mock.calls).toEqual([[{ cacheMode: 'off', detailedResponse: true }]]);
      await app.signOut();
      expect(logout).toHaveBeenCalledExactlyOnceWith({ logoutParams: { returnTo: 'https://app.example.com' } });
    });

    test.each(['login_required', 'missing_refresh_token', 'invalid_grant'])(
      '%s: nobody is signed in',
      async (error) => {
        const { app } = await start(() => Promise.reject(fail(error)));
        expect((await app.callApi('/me')).status).toBe(401);
      },
    );

    test('any other fault is a passing one', async () => {
      const getTokenSilently = vi.fn(grant).mockRejectedValueOnce(fail('timeout'));
      const { app } = await start(getTokenSilently);
      expect((await app.callApi('/me')).status).toBe(200);
      expect(getTokenSilently).toHaveBeenCalledTimes(2);
    });
  });
});
