import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { init, parseDuration, startRefreshLoop } from '../../js/index.js';
import type { EndReason, ErrorCode, Options, SessionEvents, SharedOptions, Snapshot } from '../../js/types.js';
import { examples, names, table } from './readme.js';

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const rowsOf = (name: string) => table(name).map(([first]) => names(first?.replaceAll('-', '_'))[0]);

/** All members of a type: one that is missing or not there does not compile. */
type Members<Type> = { [Name in keyof Type]-?: 1 };

describe('options', () => {
  // Values at the ends of their ranges are surprising ones.
  beforeEach(() => void vi.spyOn(console, 'warn').mockReturnValue());

  const rows = new Map(table('options').map(([name, ...cells]) => [names(name)[0] as string, cells]));
  const start = (options: object) => startRefreshLoop({ refresh: false, ...options } as Options);

  test('has every option that is known, and no other', async () => {
    const { message } = await start({ unknownOptionFarFromAll: 1 }).catch((error) => error);
    const known = /known are (.*)/.exec(message)?.[1]?.split(', ');
    expect([...rows.keys()].sort()).toEqual(known?.sort());
  });

  test("has every option's default, as the types tell it", () => {
    const shared = /interface SharedOptions \{(.*?)^\}/ms.exec(file('js/options.ts'))?.[1] ?? '';
    const told = [...shared.matchAll(/\/\*\*(.*?)\*\/\s+(\w+)\?:/gs)].map(([, text = '', name = '']) => {
      const line = text.replace(/\s+\*?\s*/g, ' ');
      return [name, /Default:? (.*?)\.(?= |$)/.exec(line)?.[1] ?? 'none'];
    });
    expect(told).toHaveLength(Object.keys(sharedOptions).length);
    for (const [name, value] of told) expect.soft(rows.get(name as string)?.[1], name).toBe(value);
  });

  const ranges = [...rows].flatMap(([name, [type, , text = '']]) => {
    const [, least, most] = /^`'(.+?)'` (?:to `'(.+?)'`|or more)/.exec(text) ?? [];
    return type === 'duration' && least !== undefined ? [{ name, least, most: most ?? '-1' }] : [];
  });

  test.each(ranges)('$name takes $least to $most and nothing beyond', async ({ name, least, most }) => {
    await init();
    const refused = { code: 'ERR_INVALID_OPTION', option: name };
    const [low, high] = [parseDuration(least), parseDuration(most)];
    for (const fits of [least, most]) (await start({ [name]: fits })).stop();
    await expect(start({ [name]: low - 0.001 })).rejects.toMatchObject(refused);
    if (high < Number.POSITIVE_INFINITY) await expect(start({ [name]: high + 0.001 })).rejects.toMatchObject(refused);
  });

  test.each([
    ['idleWarning', 'idleTimeout'],
    ['sessionWarning', 'maxSessionLifespan'],
  ])('%s is shorter than %s', async (name, limit) => {
    expect(rows.get(name)?.[2]).toContain(`Shorter than \`${limit}\`; 0 for none`);
    for (const length of ['0s', '599.999s']) (await start({ [limit]: '10m', [name]: length })).stop();
    const refused = { code: 'ERR_INVALID_OPTION', option: name };
    await expect(start({ [limit]: '10m', [name]: '10m' })).rejects.toMatchObject(refused);
  });

  test('every duration has its range', () => {
    const durations = [...rows].filter(([, [type]]) => type === 'duration').map(([name]) => name);
    expect([...ranges.map(({ name }) => name), 'idleWarning', 'sessionWarning'].sort()).toEqual(durations.sort());
  });

  test.each(
    [...rows].flatMap(([name, [type = '']]) => {
      const choices = [...type.matchAll(/`'(\w+)'`/g)].map(([, choice]) => choice);
      return choices.length > 1 ? [{ name, choices }] : [];
    }),
  )('$name takes what is named', async ({ name, choices }) => {
    for (const choice of choices) (await start({ [name]: choice })).stop();
    const { message } = await start({ [name]: 'none of them' }).catch((error) => error);
    expect(message.match(/"(\w+)"/g).map((choice: string) => choice.slice(1, -1))).toEqual(choices);
  });

  const sharedOptions: Members<SharedOptions> = {
    tokens: 1,
    signOut: 1,
    checkInterval: 1,
    refreshWindow: 1,
    adaptiveWindow: 1,
    refreshTimeout: 1,
    spread: 1,
    idleTimeout: 1,
    idleWarning: 1,
    activity: 1,
    maxSessionLifespan: 1,
    sessionWarning: 1,
    signedInAt: 1,
    refreshWhileIdle: 1,
    expectedAudience: 1,
    expectedIssuer: 1,
    allowedOrigins: 1,
    storage: 1,
    name: 1,
    tabs: 1,
    accessTokenFormat: 1,
    signal: 1,
  };
});

test('events has every event with its detail, and no other', () => {
  const events: { [Type in Exclude<keyof SessionEvents, 'change'>]: Members<SessionEvents[Type]> } = {
    started: {},
    refreshed: { generation: 1, by: 1, expiresAt: 1 },
    expiring: { expiresAt: 1 },
    expired: {},
    refreshfailed: { kind: 1, status: 1, attempt: 1, retryAt: 1 },
    idlewarning: { endsAt: 1 },
    idlewarningcleared: {},
    sessionexpiring: { endsAt: 1, because: 1 },
    ended: { reason: 1 },
    signoutfailed: { status: 1, attempt: 1, retryAt: 1 },
    degraded: { missing: 1 },
  };
  const told = table('events').map(([name, detail]) => [names(name)[0], names(detail)]);
  const expected = Object.entries(events).map(([name, detail]) => [name, Object.keys(detail)]);
  expect(told).toEqual(expect.arrayContaining([...expected, ['change', []]]));
  expect(told).toHaveLength(expected.length + 1);
});

test('snapshot has every member, and no other', () => {
  const snapshot: Members<Snapshot> = {
    status: 1,
    refresh: 1,
    reason: 1,
    generation: 1,
    expiresAt: 1,
    dueAt: 1,
    nextCheckAt: 1,
    refreshExpiresAt: 1,
    idleEndsAt: 1,
    sessionEndsAt: 1,
    subject: 1,
    attempts: 1,
    retryAt: 1,
    lastFailure: 1,
    clockSkew: 1,
  };
  expect(rowsOf('snapshot').sort()).toEqual(Object.keys(snapshot).sort());
});

test('reasons has every reason of an end, and no other', () => {
  const reasons: Record<EndReason, 1> = {
    'signed-out': 1,
    idle: 1,
    'max-lifespan': 1,
    'refresh-rejected': 1,
    'token-expired': 1,
    'token-refused': 1,
    replaced: 1,
  };
  const expected = Object.keys(reasons).map((reason) => reason.replaceAll('-', '_'));
  expect(rowsOf('reasons').sort()).toEqual(expected.sort());
});

test('errors has every code with what to do, and no other', () => {
  const codes: Record<ErrorCode, 1> = {
    ERR_UNKNOWN_OPTION: 1,
    ERR_INVALID_OPTION: 1,
    ERR_INVALID_DURATION: 1,
    ERR_TOKEN_MALFORMED: 1,
    ERR_TOKEN_TOO_LARGE: 1,
    ERR_TOKEN_PAYLOAD: 1,
    ERR_TOKEN_CLAIM: 1,
    ERR_TOKEN_SET: 1,
    ERR_TOKEN_REFUSED: 1,
    ERR_TOKEN_UNAVAILABLE: 1,
    ERR_SESSION_ENDED: 1,
    ERR_REFRESH_REENTRANT: 1,
    ERR_STOPPED: 1,
    ERR_WASM_UNAVAILABLE: 1,
    ERR_NOT_INITIALISED: 1,
    ERR_DISCOVERY: 1,
  };
  expect(rowsOf('errors').sort()).toEqual(Object.keys(codes).sort());
  for (const row of table('errors')) expect.soft(row.every(Boolean), row[0]).toBe(true);
});

test('dependencies has every crate of the wasm, and no other', () => {
  const sections = file('Cargo.toml').split(/^(?=\[)/m);
  const crates = sections.flatMap((section) => {
    const [, one] = /^\[target\..*\.dependencies\.([\w-]+)\]/.exec(section) ?? [];
    if (one) return [one];
    if (!/^\[(target\..*\.)?dependencies\]/.test(section)) return [];
    return [...section.matchAll(/^([\w-]+) =/gm)].map(([, crate]) => crate);
  });
  const told = table('dependencies').map(([crate]) => crate?.replaceAll('`', ''));
  expect(told.sort()).toEqual(crates.sort());
});

test('every script that is there to be run is named', () => {
  const { scripts } = JSON.parse(file('package.json'));
  const commands = [...file('README.md').matchAll(/^\| `npm (?:run )?([\w:]+)` \|/gm)].map(([, name]) => name);
  // Formatting is said by the test that fails for want of it; the setup is part of every other script.
  expect([...commands, 'format', 'setup'].sort()).toEqual(Object.keys(scripts).sort());
});

test('the Rust example is the one in the docs of `Session`, where it is compiled and run', () => {
  const docs = [...file('src/core/session/mod.rs').matchAll(/^\/\/\/ ?(.*)$/gm)].map(([, line]) => line).join('\n');
  const compiled = /```\n(.*?)```/s.exec(docs)?.[1];
  expect(examples('rust').map(({ code }) => code)).toEqual([compiled]);
});
