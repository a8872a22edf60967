import { describe, expect, test } from 'vitest';
import { inNode } from './in-node.js';

// Every module begins so: `jwt` makes a token, `told` keeps what a session has to say, `tell` logs it.
const preamble = `
  import { startRefreshLoop, EvertokenError, RefreshRejected } from 'evertoken';
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const jwt = (sub, jti, seconds = 3600) => {
    const iat = Math.floor(Date.now() / 1000);
    return [part({ alg: 'none' }), part({ sub, jti, iat, exp: iat + seconds }), ''].join('.');
  };
  const code = (promise) => promise.then(() => 'fulfilled', (error) => error.code);
  const tell = (value) => console.log(JSON.stringify(value));
`;
const run = (source: string) => inNode(preamble + source);

test('a session with a function transport starts, refreshes, and the process ends by itself', () => {
  const told = run(`
    let calls = 0;
    const session = await startRefreshLoop({ refresh: async () => jwt('ada', ++calls) });
    const first = session.claims.jti;
    await session.refresh();
    const { status, generation, subject } = session.snapshot;
    tell({ first, second: session.claims.jti, status, generation, subject });
  `);
  expect(told).toEqual({ first: 1, second: 2, status: 'active', generation: 2, subject: 'ada' });
});

test('two sessions started at once in one process exchange nothing', () => {
  const told = run(`
    const of = (sub) => {
      const seen = [];
      const refresh = async ({ refreshToken }) => {
        seen.push(refreshToken ?? 'none');
        return { accessToken: jwt(sub, seen.length, 3600 + seen.length), refreshToken: sub + seen.length };
      };
      return startRefreshLoop({ refresh }).then((session) => ({ session, seen }));
    };
    const [ada, ben] = await Promise.all([of('ada'), of('ben')]);
    await Promise.all([ada.session.refresh(), ben.session.refresh(), ada.session.getAccessToken()]);
    await ada.session.refresh();
    await ada.session.signOut();
    tell([ada, ben].map(({ session, seen }) => [session.snapshot.status, session.claims?.sub ?? null, seen]));
  `);
  expect(told).toEqual([
    ['ended', null, ['none', 'ada1', 'ada2']],
    ['active', 'ben', ['none', 'ben1']],
  ]);
});

describe('what a refresh function throws or returns', () => {
  const afterRefresh = (answer: string) =>
    run(`
      const session = await startRefreshLoop({ refresh: () => { ${answer} }, tokens: jwt('ada', 1) });
      const ends = [];
      session.on('ended', ({ reason }) => ends.push(reason));
      // After a passing fault the caller waits for the next try.
      const failed = new Promise((resolve) => session.on('refreshfailed', ({ retryAt }) => retryAt && resolve('waits')));
      const outcome = await Promise.race([code(session.refresh()), failed]);
      const { status, lastFailure } = session.snapshot;
      tell({ status, lastFailure, ends, outcome, holds: session.accessToken !== undefined });
      session.stop();
    `);
  const axiosError = (status: number) => `
    const response = { status: ${status}, headers: {}, data: '' };
    throw Object.assign(new Error('Request failed'), { isAxiosError: true, response });`;
  const rejected = { status: 'ended', ends: ['refresh-rejected'], outcome: 'ERR_SESSION_ENDED', holds: false };
  const faulted = { status: 'active', ends: [], outcome: 'waits', holds: true };

  test.each([
    ['an Axios-like error with 401', axiosError(401)],
    ['null', 'return null'],
    ['an empty text', "return ''"],
    ['a RefreshRejected', "throw new RefreshRejected('gone')"],
  ])('%s ends the session', (_, answer) => {
    expect(afterRefresh(answer)).toMatchObject(rejected);
  });

  test.each([
    ['an Axios-like error with 503', axiosError(503), { kind: 'http', status: 503 }],
    ['any other error', "throw new TypeError('Failed to fetch')", { kind: 'thrown' }],
    ['nothing at all', 'return undefined', { kind: 'unreadable' }],
  ])('%s ends nothing, and the valid token stays', (_, answer, lastFailure) => {
    expect(afterRefresh(answer)).toMatchObject({ ...faulted, lastFailure });
  });

  test('null at the start means that nobody is signed in', () => {
    const told = run(`
      const { snapshot } = await startRefreshLoop({ refresh: async () => null });
      tell([snapshot.status, snapshot.reason]);
    `);
    expect(told).toEqual(['ended', 'signed-out']);
  });
});

test('getAccessToken() from inside the refresh function is an error, not a deadlock', () => {
  const told = run(`
    let session;
    const outcomes = [];
    const refresh = async () => {
      if (session) outcomes.push(await code(session.getAccessToken()));
      return jwt('ada', 1 + outcomes.length);
    };
    session = await startRefreshLoop({ refresh });
    await session.refresh();
    tell({ outcomes, jti: session.claims.jti });
  `);
  expect(told).toEqual({ outcomes: ['ERR_REFRESH_REENTRANT'], jti: 2 });
});

test('a process waits for the answer that somebody waits for', () => {
  const told = run(`
    const refresh = () => { throw new TypeError('no network') };
    const session = await startRefreshLoop({ refresh, refreshTimeout: '0.3s' });
    tell([await code(session.getAccessToken()), await code(session.refresh())]);
  `);
  expect(told).toEqual(['ERR_TOKEN_UNAVAILABLE', 'ERR_TOKEN_UNAVAILABLE']);
});

test('a process whose refresh never comes ends by itself too', () => {
  const told = run(`
    const refresh = () => new Promise(() => {});
    const session = await startRefreshLoop({ refresh, refreshTimeout: '0.3s', tokens: jwt('ada', 1) });
    session.refresh().catch(() => {});
    tell([session.snapshot.status, session.snapshot.refresh]);
  `);
  expect(told).toEqual(['active', 'in-flight']);
});
