import { afterEach, describe, expect, test, vi } from 'vitest';
import { warnOfPlainHttp } from '../../js/http.js';
import { readParts } from '../../js/parts.js';
import { thrownBy } from './double.js';

const refresh = () => 'a token';
const grant = { tokenEndpoint: 'https://id.example/token', clientId: 'web' };

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('what the options allow', () => {
  test.each<[object, string[]]>([
    [{ refresh: false }, []],
    [{ refresh }, ['refresh']],
    [{ refresh: { endpoint: 'https://app.example' } }, ['refresh']],
    [{ refresh: grant }, ['refresh', 'refreshTakesToken']],
    [
      { refresh: { ...grant, revocationEndpoint: 'https://id.example/revoke' } },
      ['refresh', 'refreshTakesToken', 'revoke'],
    ],
    [{ refresh, signOut: () => {} }, ['refresh', 'signOut']],
    [{ refresh: false, probe: () => true, signOut: { endpoint: 'https://app.example' } }, ['signOut', 'probe']],
  ])('%o', (options, expected) => {
    const { abilities } = readParts(options);
    expect(Object.entries(abilities).flatMap(([name, has]) => (has ? [name] : []))).toEqual(expected);
  });
});

describe('the name', () => {
  test.each<[object, string]>([
    [{ refresh, name: 'shop' }, 'shop'],
    [{ refresh }, 'default'],
    [{ refresh: { endpoint: 'https://app.example/a/../refresh?x' } }, 'https://app.example/refresh?x'],
    [{ refresh: grant }, 'https://id.example/token web'],
    [{ refresh: false, signOut: { endpoint: 'https://app.example' } }, 'default'],
  ])('of %o', (options, name) => expect(readParts(options).name).toBe(name));
});

describe('what cannot be', () => {
  test.each<[string, object]>([
    ['refresh', {}],
    ['probe', { refresh, probe: () => true }],
    ['probe', { refresh: false, probe: 1 }],
    ['name', { refresh, name: '' }],
    ['name', { refresh, name: 5 }],
    ['tabs', { refresh, tabs: 'no' }],
    ['tabs', { refresh, tabs: null }],
    ['storage', { refresh, storage: 'cookie' }],
    ['signOut', { refresh, signOut: '/logout' }],
    ['signal', { refresh, signal: 1 }],
    ['allowedOrigins', { refresh, allowedOrigins: '*' }],
  ])('%s (%o)', (option, options) => {
    expect(thrownBy(() => readParts(options))).toMatchObject({ code: 'ERR_INVALID_OPTION', option });
  });

  test('a name that does not exist', () => {
    expect(thrownBy(() => readParts({ refresh, refreshWindw: 1 }))).toMatchObject({
      code: 'ERR_UNKNOWN_OPTION',
      option: 'refreshWindw',
      message: 'refreshWindw: "refreshWindw" is not an option; did you mean "refreshWindow"?',
    });
  });

  test('the message lists the ways to refresh', () => {
    expect(thrownBy(() => readParts({}))).toMatchObject({
      message: 'refresh: undefined is not a function, { endpoint }, { tokenEndpoint, clientId }, or false',
    });
  });
});

describe("the session's own requests", () => {
  test.each<object>([
    { refresh: { endpoint: '/own' } },
    { refresh: { endpoint: new URL('https://app.example/own') } },
    { refresh: { ...grant, tokenEndpoint: '/own' } },
    { refresh: { ...grant, revocationEndpoint: 'https://app.example/own' } },
    { refresh: false, signOut: { endpoint: '../own#x' } },
  ])('get no bearer from session.fetch (%o)', (options) => {
    vi.stubGlobal('location', { href: 'https://app.example/shop/', origin: 'https://app.example' });
    const { allows } = readParts(options);
    vi.stubGlobal('location', { href: 'https://app.example/other/page/', origin: 'https://app.example' });
    expect(['/own', '/own?x', '/other', '/shop/own'].map((url) => allows(url))).toEqual([false, false, true, true]);
  });

  test('do not include the probe: the page may ask there too', () => {
    vi.stubGlobal('location', { href: 'https://app.example/shop/', origin: 'https://app.example' });
    expect(readParts({ refresh: false, probe: { endpoint: '/me' } }).allows('/me')).toBe(true);
  });
});

describe('plain http', () => {
  const warnings = (options: object) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    warnOfPlainHttp(readParts(options).endpoints);
    return warn.mock.calls.flat();
  };

  test.each<[object, string[]]>([
    [{ refresh: { endpoint: 'http://app.example' } }, ['refresh.endpoint']],
    [
      { refresh: { ...grant, tokenEndpoint: 'http://id.example', revocationEndpoint: 'http://id.example/revoke' } },
      ['refresh.tokenEndpoint', 'refresh.revocationEndpoint'],
    ],
    [{ refresh, signOut: { endpoint: 'http://localhost.example' } }, ['signOut.endpoint']],
    [{ refresh: { endpoint: 'http://127.example' } }, ['refresh.endpoint']],
    [{ refresh: { endpoint: 'http://mylocalhost' } }, ['refresh.endpoint']],
    [{ refresh: { endpoint: 'https://app.example' } }, []],
    [{ refresh: { endpoint: 'http://localhost:8080' } }, []],
    [{ refresh: { endpoint: 'http://app.localhost' } }, []],
    [{ refresh: { endpoint: 'http://127.0.0.1:8080' } }, []],
    [{ refresh: { endpoint: 'http://[::1]:8080' } }, []],
  ])('%o', (options, found) => {
    expect(warnings(options)).toEqual(
      found.map(
        (option) =>
          `evertoken: ${option}: is plain http, so anybody on the way can read the tokens; use https (PLAIN_HTTP)`,
      ),
    );
  });
});
