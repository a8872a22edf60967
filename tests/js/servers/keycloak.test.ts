import { afterEach, describe, expect, test, vi } from 'vitest';
import { startRefreshLoop } from '../../../js/index.js';
import { authIt, keycloak } from '../../../js/servers/keycloak.js';
import { thrownBy } from '../double.js';

const settings = { url: 'https://login.example.com', realm: 'staff', clientId: 'web' };
const issuer = 'https://login.example.com/realms/staff';

afterEach(() => vi.unstubAllGlobals());

test('a realm and a client are the grant and the issuer', () => {
  expect(keycloak(settings)).toEqual({
    refresh: {
      tokenEndpoint: `${issuer}/protocol/openid-connect/token`,
      clientId: 'web',
      revocationEndpoint: `${issuer}/protocol/openid-connect/revoke`,
    },
    expectedIssuer: issuer,
  });
});

test.each([
  ['https://login.example.com/', issuer],
  ['https://login.example.com/auth/', 'https://login.example.com/auth/realms/staff'],
  [new URL('https://login.example.com:8443/auth'), 'https://login.example.com:8443/auth/realms/staff'],
])('Keycloak at %s', (url, expected) => {
  expect(keycloak({ ...settings, url }).expectedIssuer).toBe(expected);
});

test('one that is relative is so to the page', () => {
  vi.stubGlobal('location', new URL('https://app.example.com/somewhere'));
  expect(keycloak({ ...settings, url: '/auth' }).expectedIssuer).toBe('https://app.example.com/auth/realms/staff');
});

test('a realm’s name goes into a path', () => {
  expect(keycloak({ ...settings, realm: 'our staff/1' }).expectedIssuer).toBe(
    'https://login.example.com/realms/our%20staff%2F1',
  );
});

test('its idle timeout and its maximum are the session’s', () => {
  expect(keycloak({ ...settings, ssoSessionIdleTimeout: '30m', ssoSessionMaxLifespan: 36_000 })).toMatchObject({
    idleTimeout: '30m',
    maxSessionLifespan: 36_000,
  });
});

test('Auth.it’s defaults have their names', () => {
  expect(authIt).toEqual({ accessTokenLifespan: 300, ssoSessionIdleTimeout: 1_800, ssoSessionMaxLifespan: 36_000 });
  expect(keycloak({ ...settings, ...authIt })).toMatchObject({ idleTimeout: 1_800, maxSessionLifespan: 36_000 });
});

test('what it says is taken by a start', async () => {
  const session = await startRefreshLoop({ ...keycloak({ ...settings, ...authIt }), idleWarning: '2m' });
  expect(session.snapshot).toMatchObject({ status: 'ended', reason: 'signed-out' });
  session.stop();
});

describe('what cannot be', () => {
  test.each<[option: string, settings: unknown]>([
    ['settings', undefined],
    ['settings', null],
    ['settings', 'https://login.example.com'],
    ['url', { ...settings, url: undefined }],
    ['url', { ...settings, url: '/auth' }],
    ['url', { ...settings, url: 'ftp://login.example.com' }],
    ['url', { ...settings, url: 'https://login.example.com?realm=staff' }],
    ['url', { ...settings, url: 'https://ada:CANARY@login.example.com' }],
    ['realm', { ...settings, realm: '' }],
    ['realm', { ...settings, realm: 7 }],
    ['clientId', { url: settings.url, realm: settings.realm }],
  ])('%s of %o', (option, wrong) => {
    const error = thrownBy(() => keycloak(wrong as typeof settings));
    expect(error).toMatchObject({ name: 'EvertokenError', code: 'ERR_INVALID_OPTION', option });
    expect((error as Error).message).not.toContain('CANARY');
  });

  test('a name that is not known', () => {
    expect(thrownBy(() => keycloak({ ...settings, clientID: 'web' } as typeof settings))).toMatchObject({
      code: 'ERR_UNKNOWN_OPTION',
      message: 'clientID: "clientID" is not an option; did you mean "clientId"?',
    });
  });
});
