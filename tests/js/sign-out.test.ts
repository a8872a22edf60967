import { describe, expect, test, vi } from 'vitest';
import { readCall } from '../../js/calls.js';
import { readTransport } from '../../js/refresh.js';
import { createSignOut } from '../../js/sign-out.js';
import { thrownBy } from './double.js';
import { answering, localServer } from './server.js';

const server = localServer();
const { signal } = new AbortController();
const order = { reason: 'idle', refreshToken: 'held', revokeOnly: false } as const;
const done = { answer: true };

const urls = () => server.seen.map(({ url }) => url);

function signOutBy(option: unknown, isRevoked = true) {
  const revocationEndpoint = isRevoked ? { revocationEndpoint: `${server.origin}/revoke` } : {};
  const option2 = { tokenEndpoint: `${server.origin}/token`, clientId: 'web', ...revocationEndpoint };
  return createSignOut(readCall(option, 'signOut', 'POST', new Map()), readTransport(option2, new Map()).revoke);
}

const endpoint = () => ({ endpoint: `${server.origin}/logout` });

/** Answers each path with its status. */
const statuses = (of: Record<string, number>) => {
  server.answer = (response, seen) => answering('', of[seen.url] ?? 200)(response, seen);
};

test('revokes first, then tells', async () => {
  expect(await signOutBy(endpoint())(order, signal)).toEqual(done);
  expect(server.seen).toMatchObject([
    {
      method: 'POST',
      url: '/revoke',
      headers: { accept: 'application/json' },
      body: 'token=held&token_type_hint=refresh_token&client_id=web',
    },
    { method: 'POST', url: '/logout', body: '' },
  ]);
});

test('a function gets the reason and the signal', async () => {
  const tell = vi.fn();
  expect(await signOutBy(tell)(order, signal)).toEqual(done);
  expect(tell.mock.calls).toEqual([[{ reason: 'idle', signal }]]);
});

test('what is not wanted is not done', async () => {
  await signOutBy(endpoint())({ ...order, revokeOnly: true }, signal);
  await signOutBy(endpoint())({ ...order, refreshToken: undefined }, signal);
  await signOutBy(endpoint(), false)(order, signal);
  expect(urls()).toEqual(['/revoke', '/logout', '/logout']);
});

describe('both are tried', () => {
  test.each<[string, Record<string, number>, object]>([
    ['revocation fails', { '/revoke': 503 }, { kind: 'http', status: 503 }],
    ['telling fails', { '/logout': 500 }, { kind: 'http', status: 500 }],
    ['both fail', { '/revoke': 503, '/logout': 500 }, { kind: 'http', status: 500 }],
    ['one fails and one is refused', { '/revoke': 503, '/logout': 401 }, { kind: 'http', status: 503 }],
    ['both are refused', { '/revoke': 401, '/logout': 403 }, done],
  ])('where %s', async (_, of, report) => {
    statuses(of);
    expect(await signOutBy(endpoint())(order, signal)).toEqual(report);
    expect(urls()).toEqual(['/revoke', '/logout']);
  });

  test('where the function throws', async () => {
    const report = await signOutBy(() => {
      throw new Error('CANARY');
    })(order, signal);
    expect(report).toEqual({ kind: 'thrown' });
    expect(urls()).toEqual(['/revoke']);
  });
});

describe('what cannot be', () => {
  test.each([
    ['signOut', null],
    ['signOut', true],
    ['signOut', '/logout'],
    ['signOut.endpoint', {}],
    ['signOut.body2', { endpoint: 'https://app.example', body2: '' }],
  ])('%s (%o)', (option, given) => {
    expect(thrownBy(() => readCall(given, 'signOut', 'POST', new Map()))).toMatchObject({ option });
  });
});

describe('a probe', () => {
  const probe = (option: unknown) => readCall(option, 'probe', 'GET', new Map());

  test('at an endpoint is a GET with the bearer in hand', async () => {
    expect(await probe({ endpoint: `${server.origin}/me` })?.({ signal }, 'held')).toEqual(done);
    expect(server.seen).toMatchObject([{ method: 'GET', url: '/me', headers: { authorization: 'Bearer held' } }]);
    server.answer = answering('', 401);
    expect(await probe({ endpoint: `${server.origin}/me` })?.({ signal })).toEqual({ kind: 'http', status: 401 });
  });

  test('by a function is asked with the signal', async () => {
    const ask = vi.fn(async () => false);
    expect(await probe(ask)?.({ signal })).toEqual({ answer: false });
    expect(ask.mock.calls).toEqual([[{ signal }]]);
  });
});
