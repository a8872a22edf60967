import { afterEach, describe, expect, test, vi } from 'vitest';
import { startRefreshLoop } from '../../../js/index.js';
import { oauth } from '../../../js/servers/oauth.js';
import { localServer } from '../server.js';

const server = localServer();
const clientId = 'web';

/** What lies at the server, by path; all else is not found. */
function serve(documents: Record<string, unknown>) {
  server.answer = (response, { url }) => {
    const document = documents[url];
    if (document === undefined) response.statusCode = 404;
    response.end(typeof document === 'string' ? document : JSON.stringify(document ?? {}));
  };
}

/** The metadata of an issuer below the server. */
const metadataOf = (path: string) => ({
  issuer: server.origin + path,
  token_endpoint: `${server.origin}/token`,
  revocation_endpoint: `${server.origin}/revoke`,
});
const asked = () => server.seen.map(({ method, url }) => `${method} ${url}`);
const failure = (settings: unknown) => oauth(settings as Parameters<typeof oauth>[0]).catch((error: Error) => error);

afterEach(() => vi.useRealTimers());

describe('an issuer', () => {
  test.each([
    ['OpenID Connect Discovery', '', '/.well-known/openid-configuration', 1],
    ['OpenID Connect Discovery, with a path', '/realms/staff', '/realms/staff/.well-known/openid-configuration', 1],
    ['OpenID Connect Discovery, with a slash at its end', '/', '/.well-known/openid-configuration', 1],
    ['RFC 8414', '', '/.well-known/oauth-authorization-server', 2],
    ['RFC 8414, with a path', '/tenant/1', '/.well-known/oauth-authorization-server/tenant/1', 2],
  ])('by %s', async (_, path, place, requests) => {
    serve({ [place]: metadataOf(path) });
    expect(await oauth({ issuer: server.origin + path, clientId, scope: 'read' })).toEqual({
      refresh: {
        tokenEndpoint: `${server.origin}/token`,
        clientId,
        scope: 'read',
        revocationEndpoint: `${server.origin}/revoke`,
      },
    });
    expect(asked()).toHaveLength(requests);
    expect(asked().at(-1)).toBe(`GET ${place}`);
  });

  test('without revocation', async () => {
    const { revocation_endpoint: _, ...metadata } = metadataOf('');
    serve({ '/.well-known/openid-configuration': metadata });
    const { refresh } = await oauth({ issuer: server.origin, clientId });
    expect(refresh).toEqual({ tokenEndpoint: `${server.origin}/token`, clientId });
  });

  test('what is found is taken by a start', async () => {
    const options = await oauth({ issuer: server.origin, clientId, metadata: metadataOf('') });
    const session = await startRefreshLoop({ ...options, tokens: { accessToken: 'opaque', refreshToken: 'one' } });
    expect(await session.refresh()).toBe('one');
    await session.signOut();
    session.stop();
    expect(asked()).toEqual(['POST /token', 'POST /revoke']);
  });
});

describe('no metadata', () => {
  const notFound = (path: string, oidc: string, oauth = 'status 404') =>
    `issuer: no metadata of ${server.origin}${path} (` +
    `${server.origin}${path}/.well-known/openid-configuration: ${oidc}; ` +
    `${server.origin}/.well-known/oauth-authorization-server${path}: ${oauth}); check the issuer, and that the server ` +
    'lets this origin read its metadata (CORS); or give them as `metadata`';

  test('nothing there', async () => {
    serve({});
    expect(await failure({ issuer: server.origin, clientId })).toMatchObject({
      name: 'EvertokenError',
      code: 'ERR_DISCOVERY',
      option: 'issuer',
      message: notFound('', 'status 404'),
    });
  });

  test.each<[what: string, document: unknown, told: string]>([
    ['a page', '<html>CANARY', 'no JSON'],
    ['no object', '["CANARY"]', 'it is no JSON object'],
    ['null', 'null', 'it is no JSON object'],
    ['no issuer', {}, 'its issuer is undefined'],
    ['another issuer', { issuer: 'https://evil.example' }, 'its issuer is "https://evil.example"'],
    ['no token endpoint', { token_endpoint: undefined }, 'its token_endpoint is undefined'],
    ['a relative token endpoint', { token_endpoint: '/token' }, 'its token_endpoint is "/token"'],
    ['another scheme', { token_endpoint: 'javascript:1' }, 'its token_endpoint is "javascript:1"'],
    ['a broken revocation endpoint', { revocation_endpoint: 7 }, 'its revocation_endpoint is 7'],
  ])('%s', async (what, document, told) => {
    const isPart = typeof document === 'object' && what !== 'no issuer';
    serve({
      '/t/.well-known/openid-configuration': isPart ? { ...metadataOf('/t'), ...(document as object) } : document,
    });
    expect(await failure({ issuer: `${server.origin}/t`, clientId })).toMatchObject({
      code: 'ERR_DISCOVERY',
      message: notFound('/t', told),
    });
  });

  test('an issuer but for its last slash is another one', async () => {
    serve({ '/.well-known/openid-configuration': metadataOf('/') });
    const { message } = (await failure({ issuer: server.origin, clientId })) as Error;
    expect(message).toContain(`its issuer is "${server.origin}/"`);
  });

  test('a redirect is not followed, and no cookie is sent', async () => {
    server.answer = (response, { url }) => {
      if (url.startsWith('/.well-known')) response.writeHead(302, { location: '/elsewhere' });
      response.end(JSON.stringify(metadataOf('')));
    };
    const spy = vi.spyOn(globalThis, 'fetch');
    const said = 'no answer that may be read (nothing there, network, CORS, or a redirect)';
    expect(await failure({ issuer: server.origin, clientId })).toMatchObject({ message: notFound('', said, said) });
    expect(asked()).not.toContain('GET /elsewhere');
    for (const [, init] of spy.mock.calls) expect(init).toMatchObject({ credentials: 'omit', redirect: 'error' });
    spy.mockRestore();
  });

  test('a server that does not answer is given up after 10 s each', async () => {
    server.answer = () => {};
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const failed = failure({ issuer: server.origin, clientId });
    for (const requests of [1, 2]) {
      await vi.waitUntil(() => server.seen.length === requests, { interval: 1 });
      vi.advanceTimersByTime(10_000);
    }
    const said = 'no answer within 10 s';
    expect(await failed).toMatchObject({ code: 'ERR_DISCOVERY', message: notFound('', said, said) });
    expect(vi.getTimerCount()).toBe(0);
  });

  test('one that is aborted rejects with its reason, before and while it is asked', async () => {
    const reason = new Error('enough');
    expect(await failure({ issuer: server.origin, clientId, signal: AbortSignal.abort(reason) })).toBe(reason);
    expect(server.seen).toEqual([]);
    const giveUp = new AbortController();
    server.answer = () => giveUp.abort(reason);
    expect(await failure({ issuer: server.origin, clientId, signal: giveUp.signal })).toBe(reason);
    expect(server.seen).toHaveLength(1);
  });
});

describe('metadata that are given', () => {
  test('spare the request', async () => {
    const metadata = { ...metadataOf('/t'), made_up: true };
    const { refresh } = await oauth({ issuer: `${server.origin}/t`, clientId, metadata });
    expect(refresh.revocationEndpoint).toBe(`${server.origin}/revoke`);
    expect(server.seen).toEqual([]);
  });

  test('are held to the issuer, too', async () => {
    expect(await failure({ issuer: server.origin, clientId, metadata: metadataOf('/t') })).toMatchObject({
      code: 'ERR_INVALID_OPTION',
      option: 'metadata',
      message: `metadata: it is not that of ${server.origin}: its issuer is "${server.origin}/t"`,
    });
  });
});

describe('what cannot be', () => {
  const issuer = 'https://login.example.com';

  test.each<[option: string, settings: unknown]>([
    ['settings', undefined],
    ['issuer', { clientId }],
    ['issuer', { issuer: '/tenant', clientId }],
    ['issuer', { issuer: new URL(issuer), clientId }],
    ['issuer', { issuer: `${issuer}?tenant=1`, clientId }],
    ['issuer', { issuer: 'https://ada:CANARY@login.example.com', clientId }],
    ['clientId', { issuer }],
    ['clientId', { issuer, clientId: '' }],
    ['scope', { issuer, clientId, scope: ['read'] }],
    ['signal', { issuer, clientId, signal: 'none' }],
    ['metadata', { issuer, clientId, metadata: 'none' }],
  ])('%s in %o', async (option, wrong) => {
    const error = await failure(wrong);
    expect(error).toMatchObject({ name: 'EvertokenError', code: 'ERR_INVALID_OPTION', option });
    expect((error as Error).message).not.toContain('CANARY');
  });

  test('a name that is not known', async () => {
    expect(await failure({ issuer, clientID: 'web' })).toMatchObject({ code: 'ERR_UNKNOWN_OPTION' });
  });
});
