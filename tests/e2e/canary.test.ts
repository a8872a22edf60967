import type { HTTPRequest, Page } from 'puppeteer-core';
import { describe, expect, vi } from 'vitest';
import { CANARY, giveEars, leaks, listen } from './scanner.js';
import { type Open, test } from './support.js';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JWT with the canary in its header, in claims of its own and of the standard, and in its signature. */
function jwt(claims: object = {}) {
  const now = Math.floor(Date.now() / 1000);
  const all = { canary: CANARY, iss: CANARY, jti: CANARY, nested: { canary: [CANARY] }, iat: now, exp: now + 60 };
  return `${part({ alg: CANARY })}.${part({ ...all, ...claims })}.${CANARY}`;
}

let lastLifetime = 60;
const tokens = () => {
  lastLifetime += 60;
  return {
    access_token: jwt({ exp: Math.floor(Date.now() / 1000) + lastLifetime }),
    refresh_token: `${CANARY}-${lastLifetime}`,
    id_token: jwt(),
    expires_in: lastLifetime,
    scope: CANARY,
  };
};

/** A page that hears, and endpoints below /canary/ that the test answers. */
async function openWithEars(
  open: Open,
  answer: (request: HTTPRequest) => [status: number, body: unknown],
  { clock = false } = {},
) {
  const { page, uncaught } = await open({ path: '/icon.svg' });
  const heard = listen(page);
  await page.evaluateOnNewDocument(giveEars);
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (!request.url().includes('/canary/')) return void request.continue();
    const [status, body] = answer(request);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    void request.respond({ status, contentType: 'application/json', headers: { 'X-Token': CANARY }, body: text });
  });
  await page.goto(new URL(clock ? '/e2e/?clock={}' : '/e2e/', page.url()).href);
  return { page, uncaught, heard: async () => [...(await heard()), ...(await page.evaluate(() => ears.heard))] };
}

/** Nothing leaked, and there was something to hear. */
async function expectSilence(heard: [string, string][], ...places: string[]) {
  expect(leaks(heard)).toEqual([]);
  expect(heard.map(([where]) => where)).toEqual(expect.arrayContaining(places));
}

/** A life with a sign-in, refreshes, a fault, a refusal, and ends; the same for every way to refresh. Its page has a clock. */
const life = (page: Page, options: string, storage: string) =>
  page.evaluate(
    async (options, storage, fresh) => {
      const custom = new Map<string, string>();
      const stores: Record<string, unknown> = {
        custom: {
          get: (key: string) => custom.get(key),
          set: (key: string, text: string) => custom.set(key, text),
          remove: (key: string) => custom.delete(key),
        },
        broken: {
          get: () => null,
          set: (_: string, text: string) => {
            throw Object.assign(new Error(`cannot keep ${text}`), { text });
          },
          remove: () => {},
        },
      };
      const refresh: Record<string, unknown> = {
        oauth: { tokenEndpoint: '/canary/token', clientId: 'c', revocationEndpoint: '/canary/revoke' },
        endpoint: { endpoint: '/canary/token', headers: { 'X-Token': fresh.refresh_token } },
        function: async () => {
          const response = await fetch('/canary/token', { method: 'POST' });
          const answer = await response.json();
          // As Axios does: the request goes along, with all that it carried.
          const config = { headers: { Authorization: `Bearer ${answer.access_token ?? fresh.access_token}` } };
          const { status, headers } = response;
          if (!response.ok) {
            throw Object.assign(new Error(`failed with ${config.headers.Authorization}`), {
              config,
              response: { status, headers, data: answer, config },
            });
          }
          return answer;
        },
      };
      const start = () =>
        e2e.evertoken.startRefreshLoop({
          refresh: refresh[options],
          storage: stores[storage] ?? storage,
          tokens: fresh,
          signOut: { endpoint: '/canary/sign-out' },
        } as never);
      const session = ears.follow(await start());
      /** Lets time pass until it has come to an end. */
      const errorOf = async (act: () => unknown) => {
        let isOver = false;
        const ending = ears.errorOf(act).then(() => {
          isOver = true;
        });
        for (await clock.run(0); !isOver; ) await clock.run(500);
        return ending;
      };
      await errorOf(() => session.setTokens(fresh));
      for (let turn = 0; turn < 4; turn++) await errorOf(() => session.refresh());
      await errorOf(() => session.fetch('/canary/api'));
      await errorOf(() => session.setTokens({ access_token: `${fresh.access_token}.` }));
      await errorOf(() => session.signOut());
      await errorOf(() => session.getAccessToken());
      session.stop();
      await errorOf(() => session.getAccessToken());
    },
    options,
    storage,
    tokens(),
  );

describe('no token is found in anything that is said', () => {
  test.for([
    ['oauth', 'memory'],
    ['oauth', 'session'],
    ['oauth', 'local'],
    ['endpoint', 'custom'],
    ['function', 'broken'],
  ] as const)('refreshing by %s, with a %s store', async ([by, storage], { open }) => {
    let asked = 0;
    const answer = (request: HTTPRequest): [status: number, body: unknown] => {
      if (!request.url().endsWith('token')) return [request.url().endsWith('sign-out') ? 503 : 200, CANARY];
      asked += 1;
      const answers: [number, unknown][] = [
        [200, tokens()],
        [500, { error: CANARY, error_description: CANARY, ...tokens() }],
        [200, `<p>${CANARY}`],
        [200, tokens()],
      ];
      return answers[(asked - 1) % 4] ?? [200, tokens()];
    };
    const { page, heard } = await openWithEars(open, answer, { clock: true });
    await life(page, by, storage);
    await expectSilence(await heard(), 'event refreshed', 'event refreshfailed', 'event ended', 'error', 'url');
  });

  test('a refusal whose error is a token', async ({ open }) => {
    const refusal = { error: CANARY, error_description: CANARY };
    const { page, heard } = await openWithEars(open, () => [400, refusal], { clock: true });
    await life(page, 'oauth', 'memory');
    await expectSilence(await heard(), 'event ended', 'error');
  });

  test('tokens that cannot be read, in setTokens() and in the options', async ({ open }) => {
    const { page, heard } = await openWithEars(open, () => [200, tokens()]);
    const broken = [
      `${CANARY}.${CANARY}.${CANARY}`,
      `${part({})}.${Buffer.from(CANARY).toString('base64url')}.${CANARY}`,
      jwt({ exp: CANARY }),
      jwt({ sub: [CANARY] }),
      jwt({ aud: { of: CANARY } }),
      jwt({ canary: CANARY.repeat(5_000) }),
      { access_token: '', refresh_token: CANARY },
      { accessToken: [CANARY], refreshToken: CANARY },
      { accessToken: CANARY, expiresIn: CANARY },
      { accessToken: CANARY, refreshToken: { is: CANARY } },
      [CANARY],
    ];
    const codes = await page.evaluate(async (broken) => {
      const session = ears.follow(await e2e.evertoken.startRefreshLoop({ refresh: async () => null }));
      for (const tokens of broken) {
        await ears.errorOf(() => session.setTokens(tokens as string));
        await ears.errorOf(() => e2e.evertoken.startRefreshLoop({ refresh: false, tokens: tokens as string }));
        if (typeof tokens === 'string') await ears.errorOf(() => e2e.evertoken.decodeToken(tokens));
      }
      return ears.heard.filter(([where]) => where === 'error').length;
    }, broken);
    expect(codes).toBeGreaterThanOrEqual(broken.length * 2);
    await expectSilence(await heard(), 'error');
  });

  test('a token where another option belongs, and a token of another audience or issuer', async ({ open }) => {
    const { page, heard } = await openWithEars(open, () => [200, tokens()]);
    const errors = await page.evaluate(
      async (jwt, foreign, canary) => {
        const names =
          'refresh signOut checkInterval refreshWindow adaptiveWindow refreshTimeout spread idleTimeout idleWarning activity maxSessionLifespan sessionWarning signedInAt refreshWhileIdle allowedOrigins storage tabs accessTokenFormat signal probe';
        const start = (options: object) =>
          ears.errorOf(() => e2e.evertoken.startRefreshLoop({ refresh: async () => null, ...options } as never));
        for (const name of names.split(' ')) {
          await start({ [name]: jwt });
          await start({ [name]: [jwt] });
          await start({ [name]: { endpoint: `https://x.example/?token=${jwt}`, headers: 1, [jwt]: jwt } });
        }
        await start({ [jwt]: canary });
        await start({ refresh: { endpoint: jwt, method: jwt } });
        await start({ refresh: { tokenEndpoint: '/canary/token', clientId: '', extra: { jwt } } });
        await ears.errorOf(() => e2e.evertoken.parseDuration(jwt));
        const errors = ears.heard.filter(([where]) => where === 'error').length;
        for (const expected of [{ expectedAudience: 'shop' }, { expectedIssuer: 'https://issuer.example' }]) {
          const refused = await e2e.evertoken.startRefreshLoop({ refresh: async () => foreign, ...expected });
          ears.follow(refused);
          await ears.errorOf(() => refused.setTokens(foreign));
          await ears.errorOf(() => refused.getAccessToken());
        }
        return errors;
      },
      jwt(),
      // Who a token is from and for is said, the rest of it is not.
      jwt({ iss: 'https://other.example', aud: 'other' }),
      CANARY,
    );
    expect(errors).toBeGreaterThan(50);
    await expectSilence(await heard(), 'error', 'snapshot');
  });

  test('a listener that throws is reported, and the report holds no token', async ({ open }) => {
    const { page, uncaught, heard } = await openWithEars(open, () => [200, tokens()]);
    await page.evaluate(async (fresh) => {
      const session = await e2e.evertoken.startRefreshLoop({ refresh: async () => fresh });
      session.on('refreshed', () => {
        throw new Error('a listener of the application');
      });
      ears.follow(session);
      session.setTokens(fresh);
      await session.refresh();
    }, tokens());
    await vi.waitUntil(() => uncaught.length > 0);
    uncaught.length = 0;
    await expectSilence(await heard(), 'uncaught error');
  });
});

describe('a leak on purpose is found', () => {
  test.for([
    ['console', "console.log('token', session.accessToken)"],
    ['console', 'console.warn({ headers: { token: session.accessToken } })'],
    ['console', 'console.error(new Error(session.accessToken))'],
    ['url', "fetch('/canary/api?token=' + session.accessToken)"],
    ['error', 'ears.errorOf(() => { throw new Error(session.accessToken) })'],
    ['error', "ears.errorOf(() => { throw new Error('x', { cause: { token: session.accessToken } }) })"],
    ['error', "ears.errorOf(() => { throw Object.assign(new Error('x'), { config: session.accessToken }) })"],
    ['JSON of the session', 'ears.follow({ ...session, token: session.accessToken })'],
    ['snapshot', 'ears.follow({ ...session, snapshot: { claims: session.claims } })'],
    [
      'event expired',
      "ears.follow({ ...session, on: (type, tell) => type === 'expired' && tell({ t: session.accessToken }) })",
    ],
  ] as const)('%s: %s', async ([where, leak], { open }) => {
    const { page, heard } = await openWithEars(open, () => [200, {}]);
    await page.evaluate((token) => {
      return e2e.evertoken
        .startRefreshLoop({ refresh: false, tokens: token })
        .then((session) => Object.assign(globalThis, { session }));
    }, jwt());
    expect(leaks(await heard())).toEqual([]);
    await page.evaluate(leak);
    await vi.waitUntil(async () => leaks(await heard()).includes(where));
  });
});
