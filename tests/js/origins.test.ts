import { afterEach, describe, expect, test, vi } from 'vitest';
import { EvertokenError } from '../../js/errors.js';
import { createAllowList } from '../../js/origins.js';
import { thrownBy } from './double.js';
import { allowedOrigins, lookalikes, spellings } from './lookalikes.js';

const page = 'https://app.example/shop/cart?id=1';
const allowing = (...origins: unknown[]) => createAllowList(origins, []);

function standOn(href: string, more: object = {}) {
  const { origin } = new URL(href);
  vi.stubGlobal('location', { href, origin, ...more });
}

afterEach(() => vi.unstubAllGlobals());

describe('the same origin', () => {
  const allows = allowing(...allowedOrigins);
  test.each([...spellings, new URL('https://api.example.com/v1')])('%j', (url) => expect(allows(url)).toBe(true));
});

describe('another origin', () => {
  const allows = allowing(...allowedOrigins);
  test.each(lookalikes)('%j', (url) => expect(allows(url)).toBe(false));
});

describe('the default', () => {
  test("is the page's own origin", () => {
    standOn(page);
    const allows = createAllowList(undefined, []);
    expect(['https://app.example/api', '/api', 'api', '?x', '//app.example/'].map((url) => allows(url))).toEqual(
      Array(5).fill(true),
    );
    expect(
      ['https://app.example:444/', 'http://app.example/', '//cdn.example/', 'blob:https://app.example/1'].map(allows),
    ).toEqual(Array(4).fill(false));
  });

  test.each([
    ['where there is no page', undefined],
    ['in a file', { href: 'file:///index.html', origin: 'null' }],
    ['in a frame without a URL', { href: 'about:srcdoc', origin: 'null' }],
    ['in an extension', { href: 'chrome-extension://abc/index.html', origin: 'chrome-extension://abc' }],
  ])('is nothing %s', (_, location) => {
    vi.stubGlobal('location', location);
    const allows = createAllowList(undefined, []);
    expect(
      ['/api', 'null', 'https://app.example/', 'file:///x', 'chrome-extension://abc/x'].some((url) => allows(url)),
    ).toBe(false);
  });

  test('is nothing in a sandboxed frame', () => {
    standOn(page);
    vi.stubGlobal('origin', 'null');
    expect(createAllowList(undefined, [])(page)).toBe(false);
  });

  test('gives way to a list, even an empty one', () => {
    standOn(page);
    expect(createAllowList([], [])('/api')).toBe(false);
    expect(allowing('https://api.example.com')('/api')).toBe(false);
  });
});

test('a relative URL is read against the base of the document, as fetch does', () => {
  standOn(page);
  vi.stubGlobal('document', { baseURI: 'https://cdn.example/' });
  expect(createAllowList(undefined, [])('api')).toBe(false);
  expect(createAllowList(['https://cdn.example'], [])('api')).toBe(true);
});

test("the session's own endpoints get no bearer", () => {
  standOn(page);
  const allows = createAllowList(undefined, [new URL('https://app.example/auth/refresh?client=web#x')]);
  expect(
    ['/auth/refresh', '/auth/refresh?x=1', 'https://app.example:443/auth/./refresh#y'].some((url) => allows(url)),
  ).toBe(false);
  expect(['/auth/refreshed', '/auth', '/auth/refresh/x', '/'].every((url) => allows(url))).toBe(true);
});

describe('what is no origin is refused', () => {
  test.each([
    'https://api.example.com/v1',
    'https://api.example.com//',
    'https://api.example.com/?',
    'https://api.example.com?x',
    'https://api.example.com/#',
    'https://user@api.example.com',
    'https://user:pass@api.example.com',
    '*',
    'https://*',
    'https://*.example.com',
    'https://api.example.com:*',
    'null',
    '',
    'api.example.com',
    '//api.example.com',
    '/',
    'ws://api.example.com',
    'file:///',
    'blob:https://api.example.com',
    'data:,x',
    'https://',
    'https://api.example.com:99999',
    null,
    undefined,
    1,
    {},
    new URL('https://api.example.com'),
    ['https://api.example.com'],
  ])('%s', (entry) => {
    standOn(page);
    const error = thrownBy(() => allowing('https://good.example', entry));
    expect(error).toBeInstanceOf(EvertokenError);
    expect(error).toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'allowedOrigins' });
    expect((error as Error).message).toMatch(/^allowedOrigins: .* is not an http or https origin such as /);
  });

  test.each(['https://api.example.com', null, {}, 1, true, () => []])('a list that is %s', (list) => {
    expect(thrownBy(() => createAllowList(list, []))).toMatchObject({
      code: 'ERR_INVALID_OPTION',
      option: 'allowedOrigins',
    });
  });

  test('the message shows the value', () => {
    expect((thrownBy(() => allowing('https://api.example.com/v1')) as Error).message).toContain(
      '"https://api.example.com/v1" is not',
    );
  });

  test.each([
    'eyJhbGciOiJub25lIn0.eyJzdWIiOiJDQU5BUlkifQ.CANARY',
    'https://CANARY:CANARY@api.example.com/',
    'https://api.example.com/?token=CANARY',
    'https://api.example.com/#token=CANARY',
    'opaque-token-that-is-CANARY',
  ])('the message holds no secret of %s', (entry) => {
    expect(JSON.stringify(Object.values(thrownBy(() => allowing(entry)) as Error))).not.toContain('CANARY');
    expect(String(thrownBy(() => allowing(entry)))).not.toContain('CANARY');
  });
});
