import { expectTypeOf, test } from 'vitest';
import {
  type CheckedServer,
  checkSettings,
  type Finding,
  type FindingCode,
  grammars,
  parseDuration,
  parseMinutes,
} from '../../js/check.js';
import type { Options } from '../../js/types.js';

declare const options: Options;

test('a server has its own settings alone', () => {
  const all: CheckedServer[] = [
    { name: 'lightnap', expirationMinutes: 120, key: 'k', issuer: 'i', audience: 'a' },
    { name: 'keycloak', accessTokenLifespan: 300, ssoSessionIdleTimeout: '30m', ssoSessionMaxLifespan: undefined },
    { name: 'open-webui', jwtExpiresIn: '4w', secretKey: 'k' },
    { name: 'better-forms', tokenExpiry: 604_800, audience: ['a'] },
    { name: 'oauth', accessTokenLifespan: '1h' },
  ];
  expectTypeOf(all).items.toEqualTypeOf<CheckedServer>();
  // @ts-expect-error: that is Open WebUI's
  const mixed: CheckedServer = { name: 'keycloak', jwtExpiresIn: '1h' };
  // @ts-expect-error: no such server
  const unknown: CheckedServer = { name: 'keykloak' };
  expectTypeOf([mixed, unknown]).items.toEqualTypeOf<CheckedServer>();
});

test('options of a start are taken, whole or in part', () => {
  expectTypeOf(checkSettings(options)).toEqualTypeOf<Finding[]>();
  expectTypeOf(checkSettings({ idleTimeout: '5m' }, { name: 'oauth' })).toEqualTypeOf<Finding[]>();
  // @ts-expect-error: a wrong name
  checkSettings({ idleTimeuot: '5m' });
  // @ts-expect-error: a wrong type
  checkSettings({ adaptiveWindow: 'no' });
});

test('codes are closed, and durations are seconds', () => {
  expectTypeOf<'NO_EXPIRATION'>().toExtend<FindingCode>();
  expectTypeOf<'NO_SUCH_CODE'>().not.toExtend<FindingCode>();
  expectTypeOf(parseDuration('1h', grammars.openWebUi)).toEqualTypeOf<number>();
  expectTypeOf(parseMinutes('120')).toEqualTypeOf<number>();
  // @ts-expect-error: a grammar is not its name
  parseDuration('1h', 'openWebUi');
});
