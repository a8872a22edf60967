// What `checkSettings` finds. Every code comes up here, and docs/check.md tells of each.
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import {
  type CheckedOptions,
  type CheckedServer,
  checkSettings,
  type FindingCode,
  findingCodes,
} from '../../js/check.js';
import { authIt, keycloak } from '../../js/servers/keycloak.js';
import { startedLoop } from '../js/wasm.js';

const seen = new Set<string>();

/** The findings as `CODE option`. */
function found(options: unknown, server?: unknown): string[] {
  const findings = checkSettings(options as CheckedOptions, server as CheckedServer);
  for (const { code, severity, message } of findings) {
    seen.add(code);
    expect(severity).toBe(findingCodes[code]);
    expect(message).toMatch(/^[ -~]{20,400}$/);
  }
  return findings.map(({ code, option }) => `${code} ${option}`.trim());
}
const message = (code: FindingCode, options: CheckedOptions, server?: CheckedServer) =>
  checkSettings(options, server).find((finding) => finding.code === code)?.message;

describe('nothing', () => {
  test.each([
    [{}, undefined],
    [{ idleTimeout: '30m', maxSessionLifespan: '8h', checkInterval: '5m' }, undefined],
    [{ refresh: { endpoint: '/refresh' }, signOut: { endpoint: '/out' }, idleTimeout: '30m' }, undefined],
    [{ idleTimeout: -1, tabs: false, name: 'x' }, undefined],
    [{ refreshWindow: '2m' }, { name: 'keycloak', ...authIt }],
    [{}, { name: 'lightnap', expirationMinutes: 20, key: 'k'.repeat(32) }],
    [{ refresh: false }, { name: 'open-webui', jwtExpiresIn: '8h', secretKey: 'long and random' }],
    [
      { refresh: false, expectedAudience: 'forms.example' },
      { name: 'better-forms', tokenExpiry: '7d' },
    ],
    [{ refresh: false, expectedAudience: 'forms.example' }, { name: 'better-forms' }],
    [{}, { name: 'oauth' }],
    [{}, { name: 'oauth', accessTokenLifespan: '1h', refreshTokenIdleTimeout: '30d' }],
  ])('is found in %j with %j', (options, server) => {
    expect(found(options, server)).toEqual([]);
  });

  test('is found in what the profile of Keycloak makes of the settings of Auth.it', () => {
    const options = keycloak({ url: 'https://login.example', realm: 'r', clientId: 'c', ...authIt });
    expect(found(options, { name: 'keycloak', ...authIt })).toEqual(['WINDOW_ADAPTED refreshWindow']);
  });
});

describe('options that cannot be', () => {
  test('are told, not thrown, with the nearest that can', () => {
    expect(found({ idleTimeuot: '5m', checkInterval: 'soon' })).toEqual([
      'UNKNOWN_OPTION idleTimeuot',
      'INVALID_OPTION checkInterval',
    ]);
    expect(message('UNKNOWN_OPTION', { idleTimeuot: '5m' } as CheckedOptions)).toContain('did you mean "idleTimeout"?');
    expect(message('INVALID_OPTION', { checkInterval: 'soon' })).toMatch(
      /^"soon" is not a duration for Evertoken; write /,
    );
    for (const wrong of [null, 'text', 7, []]) expect(found(wrong)).toEqual(['INVALID_OPTION']);
  });

  test('are unknown for a server too', () => {
    expect(found({}, { name: 'keycloak', accessTokenLifetime: '5m' })).toContain('UNKNOWN_OPTION accessTokenLifetime');
    expect(found({}, { name: 'keykloak' })).toEqual(['INVALID_OPTION name']);
    expect(found({}, null)).toEqual([]);
    expect(found({}, { name: 'keycloak', ssoSessionIdleTimeout: 'soon' })).toContain(
      'INVALID_OPTION ssoSessionIdleTimeout',
    );
  });

  const values = [
    undefined,
    null,
    true,
    false,
    '',
    0,
    -1,
    0.05,
    1,
    59,
    '5m',
    '1d',
    '1d1ms',
    '366d',
    'soon',
    Number.NaN,
    {},
    [],
    ['a'],
    [''],
    [1],
    'window',
    'manual',
    'jwt',
    1e12,
    '99ms',
  ];
  const plain = [
    'checkInterval',
    'refreshWindow',
    'refreshTimeout',
    'idleTimeout',
    'maxSessionLifespan',
    'idleWarning',
    'sessionWarning',
    'adaptiveWindow',
    'refreshWhileIdle',
    'spread',
    'activity',
    'accessTokenFormat',
    'signedInAt',
    'expectedAudience',
    'expectedIssuer',
  ];
  const isStarted = (options: object) => {
    try {
      startedLoop({ ...options });
      return true;
    } catch {
      return false;
    }
  };

  test.each(plain)('%s: the same values as at a start', (option) => {
    for (const value of values) {
      const isTaken = isStarted({ idleTimeout: '1m', maxSessionLifespan: '1h', [option]: value });
      const codes = found({ idleTimeout: '1m', maxSessionLifespan: '1h', [option]: value });
      expect
        .soft(!codes.some((code) => code.startsWith('INVALID_OPTION')), `${option}: ${JSON.stringify(value)}`)
        .toBe(isTaken);
    }
  });

  test('a warning is shorter than its limit', () => {
    expect(found({ idleTimeout: '10m', idleWarning: '10m' })).toContain('INVALID_OPTION idleWarning');
    expect(found({ maxSessionLifespan: '10m', sessionWarning: '10m' })).toContain('INVALID_OPTION sessionWarning');
  });
});

test('what looks like milliseconds', () => {
  for (const [option, from] of Object.entries({
    checkInterval: 10_000,
    refreshWindow: 100_000,
    idleTimeout: 600_000,
    maxSessionLifespan: 10_000_000,
  })) {
    expect(found({ [option]: from })).toContain(`LOOKS_LIKE_MILLISECONDS ${option}`);
    expect(found({ [option]: from - 1 })).not.toContain(`LOOKS_LIKE_MILLISECONDS ${option}`);
  }
  expect(message('LOOKS_LIKE_MILLISECONDS', { checkInterval: 60_000 })).toBe(
    '60000 is a number of seconds; if milliseconds were meant, divide by 1000',
  );
  expect(found({}, { name: 'keycloak', accessTokenLifespan: 300_000 })).toContain(
    'LOOKS_LIKE_MILLISECONDS accessTokenLifespan',
  );
});

test('settings that get in each other’s way', () => {
  expect(found({ idleTimeout: '5m' })).toEqual(['WINDOW_OVER_IDLE_TIMEOUT refreshWindow']);
  expect(found({ idleTimeout: '301s' })).toEqual([]);
  expect(found({ idleTimeout: '1h', maxSessionLifespan: '1h' })).toEqual(['IDLE_TIMEOUT_OVER_LIFESPAN idleTimeout']);
  expect(found({ idleTimeout: '1h', maxSessionLifespan: '3601s' })).toEqual([]);
  expect(found({ checkInterval: '301s' })).toEqual(['CHECK_INTERVAL_OVER_WINDOW checkInterval']);
  expect(found({ checkInterval: '300s' })).toEqual([]);
  expect(found({ refreshWindow: 0 })).toEqual(['NO_REFRESH_WINDOW refreshWindow']);
  const keycloak = {
    name: 'keycloak',
    accessTokenLifespan: '1h',
    ssoSessionIdleTimeout: '11h',
    ssoSessionMaxLifespan: '10h',
  };
  expect(found({}, keycloak)).toEqual(['IDLE_TIMEOUT_OVER_LIFESPAN ssoSessionIdleTimeout']);
  expect(found({ idleTimeout: '10h' }, { ...keycloak, ssoSessionIdleTimeout: '2h' })).toEqual([
    'IDLE_TIMEOUT_OVER_LIFESPAN idleTimeout',
  ]);
});

describe('the window and the lifetime', () => {
  const server = { name: 'lightnap', expirationMinutes: 5 } as const;

  test('an adaptive window is harmless', () => {
    expect(found({}, server)).toEqual(['LIFETIME_NOT_RECOMMENDED expirationMinutes', 'WINDOW_ADAPTED refreshWindow']);
    expect(message('WINDOW_ADAPTED', {}, server)).toMatch(
      /^5 min is more than half of the token's 5 min, so adaptiveWindow makes it 2 min 30 s/,
    );
  });

  test('without it there is one refresh per check', () => {
    expect(found({ adaptiveWindow: false }, server)).toContain('WINDOW_OVER_LIFETIME refreshWindow');
    expect(message('WINDOW_OVER_LIFETIME', { adaptiveWindow: false, checkInterval: '30s' }, server)).toContain(
      'one refresh per check, every 30 s',
    );
    expect(found({ adaptiveWindow: false, refreshWindow: '299s' }, server)).not.toContain(
      'WINDOW_OVER_LIFETIME refreshWindow',
    );
  });

  test('a token may outlive the server’s idle session', () => {
    const keycloak = { name: 'keycloak', accessTokenLifespan: '35m', ssoSessionIdleTimeout: '30m' } as const;
    expect(found({}, keycloak)).toEqual(['REFRESH_AFTER_SERVER_IDLE ssoSessionIdleTimeout']);
    expect(found({}, { ...keycloak, accessTokenLifespan: '34m59s' })).toEqual([]);
    expect(found({}, { name: 'oauth', accessTokenLifespan: '35m', refreshTokenIdleTimeout: '30m' })).toEqual([
      'REFRESH_AFTER_SERVER_IDLE refreshTokenIdleTimeout',
    ]);
  });
});

test('a maximum over 24 hours', () => {
  const base = { name: 'keycloak', accessTokenLifespan: '1h', ssoSessionIdleTimeout: '2h' };
  expect(found({}, { ...base, ssoSessionMaxLifespan: '24h' })).toEqual([]);
  expect(found({}, { ...base, ssoSessionMaxLifespan: 86_401 })).toEqual(['MAXIMUM_OVER_A_DAY ssoSessionMaxLifespan']);
  expect(found({ maxSessionLifespan: '25h' }, base)).toEqual(['MAXIMUM_OVER_A_DAY maxSessionLifespan']);
});

describe('LightNap', () => {
  test.each([4, 1_441, 7.5, '5m'])('%s minutes are none', (expirationMinutes) => {
    expect(found({}, { name: 'lightnap', expirationMinutes })).toEqual(['LIFETIME_OUT_OF_RANGE expirationMinutes']);
  });

  test('10 to 30 minutes are recommended', () => {
    for (const minutes of [10, 30]) expect(found({}, { name: 'lightnap', expirationMinutes: minutes })).toEqual([]);
    for (const minutes of [31, 120])
      expect(found({}, { name: 'lightnap', expirationMinutes: minutes })).toEqual([
        'LIFETIME_NOT_RECOMMENDED expirationMinutes',
      ]);
  });

  test('of a key only the length is told', () => {
    const key = 'hunter2-hunter2-hunter2-hunter2';
    expect(found({}, { name: 'lightnap', expirationMinutes: 20, key })).toEqual(['SIGNING_KEY_TOO_SHORT key']);
    expect(JSON.stringify(checkSettings({}, { name: 'lightnap', key }))).not.toContain('hunter2');
    expect(message('SIGNING_KEY_TOO_SHORT', {}, { name: 'lightnap', key })).toContain('31 characters');
  });
});

describe('Open WebUI', () => {
  const codes = (jwtExpiresIn: string) => found({ refresh: false }, { name: 'open-webui', jwtExpiresIn });
  const panel = 'PANEL_KEEPS_OLD_VALUE jwtExpiresIn';

  test.each(['-1', '0', '0s'])('%s is no expiration', (text) => {
    expect(codes(text)).toEqual(['NO_EXPIRATION jwtExpiresIn']);
  });

  test.each(['1month', '.5h', 'abc4wxyz', '1e3s', '1mo', '1hs', '1h-30m'])('%s is read otherwise', (text) => {
    expect(codes(text)).toEqual(['READ_OTHERWISE jwtExpiresIn', panel]);
  });

  test('says how', () => {
    const told = (jwtExpiresIn: string) => message('READ_OTHERWISE', {}, { name: 'open-webui', jwtExpiresIn });
    expect(told('1month')).toMatch(/^"1month" is 1 min for Open WebUI's JWT_EXPIRES_IN, not 30 d; write /);
    expect(told('.5h')).toMatch(/^"\.5h" is 5 h for Open WebUI's JWT_EXPIRES_IN, not 30 min; write /);
  });

  test.each(['2weeks', '1h30m', ' 1h', '+1h', '1d12h'])('%s is read as meant, and not by the panel', (text) => {
    expect(codes(text)).toEqual([panel]);
  });

  test.each(['4w', '1h', '1.5h', '36500d', '１h'])('%s surprises nobody', (text) => {
    expect(codes(text)).toEqual([]);
  });

  test.each(['', '1H', '1y', '5.h', '3600'])('with "%s" sign-in fails', (text) => {
    expect(codes(text)).toEqual(['UNREADABLE_DURATION jwtExpiresIn']);
  });

  test('the documented integer of seconds is met with what to write', () => {
    expect(message('UNREADABLE_DURATION', {}, { name: 'open-webui', jwtExpiresIn: '3600' })).toMatch(
      /write "3600s"; until then nobody can sign in$/,
    );
  });

  test('-1h issues expired tokens', () => {
    expect(codes('-1h')).toEqual(['EXPIRED_WHEN_ISSUED jwtExpiresIn']);
  });

  test('every vector: what a person would not expect is a finding', () => {
    const { vectors } = JSON.parse(
      readFileSync(new URL('../vectors/open-webui-durations.json', import.meta.url), 'utf8'),
    );
    const surprising = vectors.filter(({ input }: { input: string }) => codes(input).some((code) => code !== panel));
    const quiet = vectors
      .filter((vector: unknown) => !surprising.includes(vector))
      .map(({ input }: { input: string }) => input);
    expect(quiet).toEqual([
      '1h',
      '1h30m',
      '1h 30m',
      '1.5h',
      '500ms',
      '2weeks',
      ' 1h',
      '1h ',
      '1h\n',
      '１h',
      '4w',
      '36500d',
      '1d12h',
      '1s500ms',
      '+1h',
      '100ms',
      '0.4s',
    ]);
  });

  test('a documented key is told of, and not shown', () => {
    const server = { name: 'open-webui', jwtExpiresIn: '4w', secretKey: 't0p-s3cr3t' } as const;
    expect(found({}, server)).toEqual(['SIGNING_KEY_IS_DEFAULT secretKey']);
    expect(JSON.stringify(checkSettings({}, server))).not.toContain('t0p');
  });

  test('there is nothing to refresh with', () => {
    expect(found({ refresh: { endpoint: '/refresh' } }, { name: 'open-webui' })).toEqual(['NO_WAY_TO_REFRESH refresh']);
  });
});

describe('BetterForms', () => {
  const codes = (tokenExpiry: string | number) =>
    found({ refresh: false, expectedAudience: 'forms.example' }, { name: 'better-forms', tokenExpiry });

  test('a string of seconds may become milliseconds', () => {
    expect(codes('604800')).toEqual(['SECONDS_BECOME_MILLISECONDS tokenExpiry']);
    expect(codes(604_800)).toEqual([]);
    const told = message('SECONDS_BECOME_MILLISECONDS', {}, { name: 'better-forms', tokenExpiry: '604800' });
    expect(told).toContain('10 min 4 s');
  });

  test('what ms does not read is none', () => {
    expect(codes('1h30m')).toEqual(['UNREADABLE_DURATION tokenExpiry']);
    expect(codes('1.5')).toEqual(['READ_OTHERWISE tokenExpiry']);
    expect(codes('-1h')).toEqual(['EXPIRED_WHEN_ISSUED tokenExpiry']);
    expect(codes(86_400_000)).toEqual(['LOOKS_LIKE_MILLISECONDS tokenExpiry']);
  });

  test('its tokens are locked to an audience, which is to be looked at', () => {
    expect(found({ refresh: false }, { name: 'better-forms' })).toEqual(['NO_AUDIENCE_CHECK expectedAudience']);
    expect(found({}, { name: 'lightnap', expirationMinutes: 20, audience: 'https://app.example' })).toEqual([
      'NO_AUDIENCE_CHECK expectedAudience',
    ]);
  });
});

test('a limit with a cookie refresh and no signOut', () => {
  const refresh = { endpoint: '/refresh' };
  for (const limit of ['idleTimeout', 'maxSessionLifespan']) {
    expect(found({ refresh, [limit]: '1h' })).toEqual(['NO_SIGN_OUT signOut']);
    expect(found({ refresh, [limit]: '1h', signOut: () => {} })).toEqual([]);
    expect(found({ refresh: { tokenEndpoint: '/token', clientId: 'c' }, [limit]: '1h' })).toEqual([]);
  }
  expect(found({ refresh })).toEqual([]);
});

test('plain http', () => {
  const refresh = {
    tokenEndpoint: 'http://login.example/token',
    clientId: 'c',
    revocationEndpoint: new URL('http://login.example/revoke'),
  };
  expect(found({ refresh })).toEqual(['PLAIN_HTTP refresh.tokenEndpoint', 'PLAIN_HTTP refresh.revocationEndpoint']);
  for (const endpoint of ['/r', 'https://a.example', 'http://localhost:3000/r', 'http://127.0.0.1/r', 'http://[::1]/r'])
    expect(found({ refresh: { endpoint } })).toEqual([]);
});

test('the worst comes first', () => {
  const severities = checkSettings(
    { checkInterval: 'soon', refreshWindow: '10m' },
    { name: 'lightnap', key: 'short' },
  ).map(({ severity }) => severity);
  expect(severities).toEqual(['error', 'error', 'info']);
});

describe('docs/check.md', () => {
  const page = readFileSync(new URL('../../docs/check.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| (\w+) \| (.+?) \| (.+?) \|$/gm)].map(([, code, severity]) => [
    code,
    severity,
  ]);

  test('has every code with its severity, and no other', () => {
    expect(Object.fromEntries(rows)).toEqual(findingCodes);
    expect(rows).toHaveLength(Object.keys(findingCodes).length);
  });
});

afterAll(() => {
  expect([...seen].sort()).toEqual(Object.keys(findingCodes).sort());
});
