// The parts of the command line: what is safe on a terminal, arguments, and the picture.
import { describe, expect, test } from 'vitest';
import { check } from '../../js/cli/check.js';
import { inspect } from '../../js/cli/inspect.js';
import { columns, safe, wrapped } from '../../js/cli/text.js';
import { jwt, loadCore } from '../js/wasm.js';

describe('text on a terminal', () => {
  test('steers nothing', () => {
    expect(safe('a\u001b[31mb\u0007\u009bc\u007f\u202ed\u200be\r')).toBe(
      'a\\u{1b}[31mb\\u{7}\\u{9b}c\\u{7f}\\u{202e}d\\u{200b}e\\u{d}',
    );
    expect(safe('Zoë 日本 👋\nx')).toBe('Zoë 日本 👋\nx');
  });

  test('keeps to its width', () => {
    const lines = wrapped('word '.repeat(60).trim(), '    ', 40).split('\n');
    expect(lines.every((line) => line.length < 40 && line.startsWith('    word'))).toBe(true);
    expect(lines.join(' ').match(/word/g)).toHaveLength(60);
  });

  test('stands in columns', () => {
    expect(
      columns([
        ['a', 'bb', ''],
        ['aaa', 'b', 'c'],
      ]),
    ).toEqual(['a    bb', 'aaa  b   c']);
  });
});

describe('check', () => {
  const run = (line: string, environment = {}) => check(line.split(' ').filter(Boolean), environment);

  test('draws a token and a session', () => {
    const { out } = run(
      '--server keycloak --access-token-lifespan 10m --sso-session-idle-timeout 30m --idle-timeout 15m --max-session-lifespan 1h',
    );
    expect(out).toBe(`Nothing will surprise about these settings.

A token, 10 min
  0                             5 min                     10 min
  |==============================rrrrrr------------------------|
  = not due   r refreshed at a random moment of these   - for trying again

The session
                         0                                                         10 h
  refreshes              |rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr|  about every 5 min 30 s
  idleTimeout            |--X                                                            15 min without activity
  ssoSessionIdleTimeout  |---X                                                           30 min without a refresh
  maxSessionLifespan     |------X                                                        1 h
  ssoSessionMaxLifespan  |------------------------------------------------------------X  10 h
`);
  });

  test('draws a token that nothing refreshes', () => {
    const { out } = run('--server open-webui --jwt-expires-in 1h --max-session-lifespan 2h');
    expect(out).toContain(`A token, 1 h
  0                                                          1 h
  |============================================================|
  = it is used; nothing refreshes it`);
    expect(out).toMatch(/^ {2}token +\|-{30}X +1 h, and then the session is over$/m);
  });

  test('draws one refresh after the other where few fit', () => {
    const { out } = run('--server oauth --access-token-lifespan 20m --max-session-lifespan 1h');
    expect(out?.match(/refreshes +\|(.*?)\|/)?.[1]?.match(/r/g)).toHaveLength(3);
    expect(run('--idle-timeout 1h').out).not.toContain('A token');
    expect(run('').out).toBe('Nothing will surprise about these settings.\n');
  });

  test('ends with 1 for an error among the findings, and only then', () => {
    expect(run('--server lightnap --expiration-minutes 4').status).toBe(1);
    expect(run('--server lightnap --expiration-minutes 120').status).toBe(0);
    expect(run('--check-interval soon').status).toBe(1);
  });

  test('is told for a program', () => {
    const { out = '', status } = run('--server open-webui --jwt-expires-in=-1 --json');
    expect([JSON.parse(out).findings[0].code, status]).toEqual(['NO_EXPIRATION', 0]);
  });

  test('takes every option', () => {
    const line =
      '--no-adaptive-window --no-refresh-while-idle --expected-audience a --expected-audience b --expected-issuer i --spread lifetime --activity manual --refresh-endpoint http://a.example --idle-timeout 1h --refresh-timeout 5s --idle-warning 30s --session-warning 1m --max-session-lifespan 5h --check-interval 30s --refresh-window 2m';
    expect(JSON.parse(run(`${line} --json`).out ?? '').findings.map(({ code }: { code: string }) => code)).toEqual([
      'NO_SIGN_OUT',
      'PLAIN_HTTP',
    ]);
    expect(JSON.parse(run(`${line} --sign-out-endpoint /out --json`).out ?? '').findings).toHaveLength(1);
    expect(run('--server lightnap --expiration-minutes 20 --no-refresh --audience a --issuer b').out).toMatch(
      /NO_AUDIENCE_CHECK/,
    );
  });

  test('takes a key out of the environment, and shows it nowhere', () => {
    const { out, status } = run('--server lightnap --expiration-minutes 20 --key-from JWT_KEY', { JWT_KEY: 'hunter2' });
    expect([status, out?.includes('SIGNING_KEY_TOO_SHORT'), out?.includes('hunter2')]).toEqual([1, true, false]);
    expect(() => run('--server lightnap --key-from hunter2')).toThrow(/^there is no such environment variable/);
  });

  test.each([
    ['--frob', "Unknown option '--frob'"],
    ['--server keykloak', 'there is no server "keykloak"; known are lightnap'],
    ['--jwt-expires-in 1h', '--jwt-expires-in is a setting of a server; name it with --server'],
    ['--server keycloak --jwt-expires-in 1h', '--jwt-expires-in is not a setting of keycloak'],
    ['--idle-timeout', 'argument missing'],
    ['eyJ.eyJ.x', 'check takes options alone'],
  ])('%s is wrong usage', (line, message) => {
    expect(() => run(line)).toThrow(message);
  });
});

describe('inspect', () => {
  const now = 1_700_000_000;
  const look = async (token: string, args = ['-']) =>
    inspect(
      args,
      async (text) => (await loadCore()).readClaims(text),
      async () => token,
      now * 1_000,
    );

  test('prints claims and times without the signature', async () => {
    const token = jwt({
      sub: 'ada',
      iat: now - 7_500,
      nbf: now,
      auth_time: now - 86_400,
      exp: now + 240,
      roles: ['a'],
    });
    const { out, status } = await look(`${token}\n`);
    expect(out).toBe(`Claims (not verified)
  sub        "ada"
  iat        ${now - 7_500}
  nbf        ${now}
  auth_time  ${now - 86_400}
  exp        ${now + 240}
  roles      ["a"]

Times
  iat        2023-11-14T20:08:20.000Z  2 h 5 min ago
  nbf        2023-11-14T22:13:20.000Z  in 0 s
  auth_time  2023-11-13T22:13:20.000Z  1 d ago
  exp        2023-11-14T22:17:20.000Z  in 4 min
  lifetime   2 h 9 min
`);
    expect(status).toBeUndefined();
    expect(await look('', [token])).toEqual({ out });
  });

  test('shows no control character of a claim or its name', async () => {
    const { out } = await look(jwt({ 'a\u001b]0;x\u0007': '\u009b31m\u202e\u007f' }));
    expect(out).not.toMatch(/[^\n -~]/);
    expect(out).toContain('a\\u{1b}]0;x\\u{7}');
  });

  test('says that a token has no end', async () => {
    expect((await look(jwt({ sub: 'a' }))).out).toMatch(/exp {2}none: it never expires$/m);
  });

  test.each([
    '',
    'secret',
    'a.b.c',
    'secret.secret.secret',
    jwt('not json'),
    jwt({ exp: 'secret' }),
    `${jwt({}).slice(0, -4)}.x.y`,
  ])('a broken token is an error that shows nothing of it', async (token) => {
    const { out, err = '', status } = await look(token);
    expect([out, status]).toEqual([undefined, 1]);
    expect(err).toMatch(/^evertoken: .{10,150}\n$/);
    for (const part of token.split('.').filter((part) => part.length > 3)) expect(err).not.toContain(part);
  });

  test('takes one token, and shows none that is too many', async () => {
    for (const args of [['secret', 'secret'], ['--secret']])
      await expect(look('', args)).rejects.toThrow(/^inspect takes one token, or - for standard input$/);
    expect((await look('', ['--help'])).out).toMatch(/^Usage: evertoken inspect/);
  });
});
