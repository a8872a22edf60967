import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Options } from '../../js/types.js';
import { sessionOverDouble } from './double.js';

/** What the server has seen of a request. */
type Seen = {
  method: string;
  url: string;
  authorization: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
};

let origin: string;
let seen: Seen[] = [];
let answer: (request: Seen, response: ServerResponse) => void;

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method = '', url = '', headers } = request;
  const body = Buffer.concat(chunks).toString();
  const record = { method, url, authorization: headers.authorization, headers, body };
  seen.push(record);
  answer(record, response);
});

const acceptOnly = (token: string) => (request: Seen, response: ServerResponse) => {
  response.statusCode = request.authorization === `Bearer ${token}` ? 200 : 401;
  response.end(response.statusCode === 200 ? 'welcome' : 'who are you?');
};

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  seen = [];
  answer = acceptOnly('two');
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A session that holds `one`, and whose next refresh brings `two` as soon as it is asked for. */
function expiredSoon(options: Partial<Options> = {}) {
  const made = sessionOverDouble({ allowedOrigins: [origin], ...options });
  const { loop } = made;
  loop.hold('one');
  const ask = loop.onRefresh.bind(loop);
  loop.onRefresh = (caller, failedToken) => {
    ask(caller, failedToken);
    queueMicrotask(() => loop.waiting.length && loop.bring('two'));
  };
  return made;
}

const tokensSeen = () => seen.map(({ authorization }) => authorization);

describe('a bearer', () => {
  test('goes to an allowed origin, and everything else as fetch sends it', async () => {
    const { session, loop } = expiredSoon();
    loop.hold('two');
    const response = await session.fetch(`${origin}/items?page=2`, {
      method: 'PUT',
      headers: { 'x-mine': 'yes', 'content-type': 'text/plain' },
      body: 'hello',
    });
    expect([response.status, await response.text(), response.url]).toEqual([200, 'welcome', `${origin}/items?page=2`]);
    expect(seen).toMatchObject([
      {
        method: 'PUT',
        url: '/items?page=2',
        authorization: 'Bearer two',
        headers: { 'x-mine': 'yes', 'content-type': 'text/plain' },
        body: 'hello',
      },
    ]);
  });

  test('goes with a URL, a Request and headers of any form, and leaves the headers of the caller alone', async () => {
    const { session, loop } = expiredSoon();
    loop.hold('two');
    const headers = new Headers({ 'x-mine': 'yes' });
    const request = new Request(origin, { headers });
    await session.fetch(new URL(origin), { headers });
    await session.fetch(request);
    await session.fetch(origin, { headers: [['x-mine', 'yes']] });
    await session.fetch(new Request(origin), { headers });
    expect(seen.map(({ authorization, headers }) => [authorization, headers['x-mine']])).toEqual(
      Array(4).fill(['Bearer two', 'yes']),
    );
    expect([...headers.keys(), ...request.headers.keys()]).toEqual(['x-mine', 'x-mine']);
  });

  test('goes with a relative URL, as the page reads it', async () => {
    const sent: unknown[][] = [];
    vi.stubGlobal('location', { href: 'https://app.example/shop/', origin: 'https://app.example' });
    vi.stubGlobal('fetch', async (...args: unknown[]) => {
      sent.push(args);
      return new Response();
    });
    const { session, loop } = sessionOverDouble();
    loop.hold('one');
    await session.fetch('items', { mode: 'cors', next: { revalidate: 60 } } as RequestInit);
    expect(sent[0]?.[0]).toBe('items');
    expect(sent[0]?.[1]).toEqual({
      mode: 'cors',
      next: { revalidate: 60 },
      headers: new Headers({ authorization: 'Bearer one' }),
    });
  });

  test('a Request keeps what it says of itself', async () => {
    let sent: Request | undefined;
    vi.stubGlobal('fetch', async (request: Request) => {
      sent = request;
      return new Response();
    });
    const { session, loop } = sessionOverDouble({ allowedOrigins: ['https://api.example.com'] });
    loop.hold('one');
    await session.fetch(
      new Request('https://api.example.com', { cache: 'no-store', credentials: 'include', redirect: 'error' }),
    );
    expect(sent).toMatchObject({ cache: 'no-store', credentials: 'include', redirect: 'error' });
  });

  test.each<[string, string, Partial<Options>]>([
    ['elsewhere', '/items', { allowedOrigins: ['https://api.example.com'] }],
    ['to the refresh endpoint', '/refresh?x', { refresh: { endpoint: '/refresh' } }],
    ['to the token endpoint', '/token', { refresh: { tokenEndpoint: '/token', clientId: 'web' } }],
    ['to the sign-out endpoint', '/logout', { signOut: { endpoint: '/logout' } }],
  ])('does not go %s, and a 401 from there does nothing', async (_, path, options) => {
    vi.stubGlobal('location', { href: `${origin}/`, origin });
    const { session, loop } = expiredSoon(options);
    expect((await session.fetch(origin + path)).status).toBe(401);
    expect(tokensSeen()).toEqual([undefined]);
    expect(loop.calls).toEqual([]);
  });

  test.each(['in init', 'in the Request', 'over an empty Request'])(
    "does not replace the caller's own (%s)",
    async (where) => {
      const headers = { AUTHORIZATION: 'Basic mine' };
      const { session, loop } = expiredSoon();
      const response =
        where === 'in the Request'
          ? await session.fetch(new Request(origin, { headers }))
          : await session.fetch(where === 'in init' ? origin : new Request(origin), { headers });
      expect(response.status).toBe(401);
      expect(tokensSeen()).toEqual(['Basic mine']);
      expect(loop.calls).toEqual([]);
    },
  );

  test('does not go after the end, and a 401 is then left alone', async () => {
    const { session, loop } = expiredSoon();
    loop.end();
    expect((await session.fetch(origin)).status).toBe(401);
    expect(tokensSeen()).toEqual([undefined]);
    expect(loop.calls).toEqual([]);
  });
});

describe('without a token in hand', () => {
  test('the request waits for one', async () => {
    const { session, loop } = sessionOverDouble({ allowedOrigins: [origin] });
    const response = session.fetch(origin);
    expect(loop.calls).toEqual(['ask']);
    expect(seen).toEqual([]);
    loop.bring('two');
    expect((await response).status).toBe(200);
  });

  test('its signal ends the wait', async () => {
    const { session, loop } = sessionOverDouble({ allowedOrigins: [origin] });
    const controller = new AbortController();
    const plain = session.fetch(origin, { signal: controller.signal });
    const request = session.fetch(new Request(origin, { signal: controller.signal }));
    controller.abort();
    await expect(plain).rejects.toMatchObject({ name: 'AbortError' });
    await expect(request).rejects.toMatchObject({ name: 'AbortError' });
    expect(loop.waiting).toEqual([]);
    expect(seen).toEqual([]);
  });

  test.each(['a URL', 'a Request'])('an end while it waits lets it go without a bearer (%s)', async (form) => {
    const { session, loop } = sessionOverDouble({ allowedOrigins: [origin] });
    const init = { method: 'POST', body: 'hello' };
    const response = form === 'a URL' ? session.fetch(origin, init) : session.fetch(new Request(origin, init));
    loop.end();
    expect((await response).status).toBe(401);
    expect(seen).toMatchObject([{ authorization: undefined, body: 'hello' }]);
  });

  test('what else keeps a token away is thrown, and nothing is sent', async () => {
    const { session, loop } = sessionOverDouble({ allowedOrigins: [origin] });
    const response = session.fetch(origin);
    loop.fail({ code: 'ERR_TOKEN_UNAVAILABLE', message: 'not now', retryAt: 1 });
    await expect(response).rejects.toMatchObject({ code: 'ERR_TOKEN_UNAVAILABLE' });
    session.stop();
    await expect(session.fetch(origin)).rejects.toMatchObject({ code: 'ERR_STOPPED' });
    expect(seen).toEqual([]);
  });
});

describe('a 401', () => {
  const form = () => {
    const data = new FormData();
    data.set('field', 'value');
    return data;
  };
  test.each<[string, () => Parameters<typeof fetch>, string | RegExp]>([
    ['no body', () => [origin], ''],
    ['text', () => [origin, { method: 'POST', body: 'hello' }], 'hello'],
    ['bytes', () => [origin, { method: 'POST', body: new TextEncoder().encode('hello') }], 'hello'],
    ['a blob', () => [origin, { method: 'POST', body: new Blob(['hello']) }], 'hello'],
    ['parameters', () => [origin, { method: 'POST', body: new URLSearchParams({ a: 'b' }) }], 'a=b'],
    ['a form', () => [origin, { method: 'POST', body: form() }], /name="field"\r\n\r\nvalue/],
    ['a Request', () => [new Request(origin, { method: 'POST', body: 'hello' })], 'hello'],
    ['a Request and init', () => [new Request(origin, { method: 'POST', body: 'old' }), { body: 'hello' }], 'hello'],
    [
      'a Request and another method',
      () => [new Request(origin, { method: 'POST', body: 'hello' }), { method: 'PUT' }],
      'hello',
    ],
  ])('makes one refresh and one replay (%s)', async (_, args, body) => {
    const { session, loop } = expiredSoon();
    const response = await session.fetch(...args());
    expect([response.status, await response.text()]).toEqual([200, 'welcome']);
    expect(tokensSeen()).toEqual(['Bearer one', 'Bearer two']);
    expect(loop.calls).toEqual(['refresh']);
    for (const request of seen)
      expect(request.body).toEqual(typeof body === 'string' ? body : expect.stringMatching(body));
    expect(seen[0]?.method).toBe(seen[1]?.method);
  });

  test('uses up a Request as fetch does', async () => {
    const { session } = expiredSoon();
    const request = new Request(origin, { method: 'POST', body: 'hello' });
    await session.fetch(request);
    expect(request.bodyUsed).toBe(true);
    await expect(session.fetch(request)).rejects.toBeInstanceOf(TypeError);
  });

  test('that comes again is the caller’s', async () => {
    answer = acceptOnly('three');
    const { session, loop } = expiredSoon();
    const response = await session.fetch(origin);
    expect([response.status, await response.text()]).toEqual([401, 'who are you?']);
    expect(tokensSeen()).toEqual(['Bearer one', 'Bearer two']);
    expect(loop.calls).toEqual(['refresh']);
  });

  test('with a newer token in hand makes no second refresh', async () => {
    const { session, loop } = expiredSoon();
    const responses = await Promise.all([1, 2, 3, 4, 5].map(() => session.fetch(origin)));
    expect(responses.map(({ status }) => status)).toEqual(Array(5).fill(200));
    loop.hold('one');
    answer = (request, response) => {
      if (request.authorization === 'Bearer one') loop.hold('two');
      acceptOnly('two')(request, response);
    };
    expect((await session.fetch(origin)).status).toBe(200);
    expect(loop.waiting).toEqual([]);
  });

  test('after a refresh that failed is the caller’s, to be read', async () => {
    const { session, loop } = expiredSoon();
    loop.onRefresh = (caller) =>
      loop.host.settle(caller, undefined, { code: 'ERR_TOKEN_UNAVAILABLE', message: 'not now' });
    const response = await session.fetch(origin);
    expect([response.status, await response.text()]).toEqual([401, 'who are you?']);
    expect(seen).toHaveLength(1);
  });

  test('is left to the caller when it aborts in the middle of the refresh', async () => {
    const { session, loop } = expiredSoon();
    const controller = new AbortController();
    loop.onRefresh = (caller) => {
      loop.waiting.push(caller);
      controller.abort();
    };
    await expect(session.fetch(origin, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen).toHaveLength(1);
  });

  test.each(['a stream', 'an async iterable'])('for %s is not replayed, but the refresh is asked for', async (form) => {
    const { session, loop } = expiredSoon();
    const body =
      form === 'a stream'
        ? new Blob(['hello']).stream()
        : (async function* () {
            yield new TextEncoder().encode('hello');
          })();
    const response = await session.fetch(origin, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect([response.status, await response.text()]).toEqual([401, 'who are you?']);
    expect(seen).toMatchObject([{ body: 'hello', authorization: 'Bearer one' }]);
    expect(loop.calls).toEqual(['refresh']);
    expect(session.accessToken).toBe('two');
  });

  test('for a stream, where the refresh fails, harms nobody', async () => {
    const { session, loop } = expiredSoon();
    loop.onRefresh = (caller) =>
      loop.host.settle(caller, undefined, { code: 'ERR_TOKEN_UNAVAILABLE', message: 'not now' });
    const body = new Blob(['hello']).stream();
    expect((await session.fetch(origin, { method: 'POST', body, duplex: 'half' } as RequestInit)).status).toBe(401);
  });

  test('from where a redirect led is not the token’s fault', async () => {
    const { session, loop } = expiredSoon();
    const elsewhere = origin.replace('127.0.0.1', 'localhost');
    answer = (request, response) => {
      response.statusCode = request.url === '/moved' ? 302 : 401;
      response.setHeader('location', `${elsewhere}/there`);
      response.end();
    };
    expect((await session.fetch(`${origin}/moved`)).status).toBe(401);
    expect(seen.map(({ url, authorization }) => [url, authorization])).toEqual([
      ['/moved', 'Bearer one'],
      ['/there', undefined],
    ]);
    expect(loop.calls).toEqual([]);
  });

  test.each([400, 403, 500])('is not %i', async (status) => {
    const { session, loop } = expiredSoon();
    answer = (_, response) => {
      response.statusCode = status;
      response.end();
    };
    expect((await session.fetch(origin)).status).toBe(status);
    expect(loop.calls).toEqual([]);
    expect(seen).toHaveLength(1);
  });
});

describe('works like fetch', () => {
  test('answers stream', async () => {
    answer = (_, response) => {
      response.write('first');
      once(server, 'more').then(() => response.end('second'));
    };
    const { session } = expiredSoon();
    const reader = (await session.fetch(origin)).body?.getReader();
    const read = async () => new TextDecoder().decode((await reader?.read())?.value as Uint8Array);
    expect(await read()).toBe('first');
    server.emit('more');
    expect(await read()).toBe('second');
  });

  test.each(['', 'http://', 'http://user:pass@127.0.0.1/'])('refuses %o as fetch does', async (url) => {
    const { session } = expiredSoon();
    await expect(session.fetch(url)).rejects.toBeInstanceOf(TypeError);
  });

  test('an abort while it is under way', async () => {
    const { session } = expiredSoon();
    const controller = new AbortController();
    answer = () => controller.abort(new Error('enough'));
    await expect(session.fetch(origin, { signal: controller.signal })).rejects.toThrow('enough');
  });

  test('network errors come through', async () => {
    const { session } = expiredSoon();
    answer = (_, response) => response.destroy();
    await expect(session.fetch(origin)).rejects.toBeInstanceOf(TypeError);
  });

  test('the body is taken as it is at the time of the call', async () => {
    const { session, loop } = expiredSoon();
    loop.hold('two');
    const body = new TextEncoder().encode('hello');
    const response = session.fetch(origin, { method: 'POST', body });
    body.fill(0);
    await response;
    expect(seen[0]?.body).toBe('hello');
  });

  test('even where a page puts it in the place of the global one', async () => {
    const { session, loop } = expiredSoon();
    vi.stubGlobal('fetch', session.fetch);
    expect((await fetch(origin)).status).toBe(200);
    expect(loop.calls).toEqual(['refresh']);
  });
});
