import { describe, expect, test } from 'vitest';
import { betterForms, signIn } from '../../../js/servers/better-forms.js';
import { thrownBy } from '../double.js';
import { answering, localServer } from '../server.js';

const server = localServer();
const url = 'https://forms.example.com';
const credentials = { email: 'ada@example.com', password: 'demo' };

test('a site lives without a refresh', () => {
  expect(betterForms({ url: `${url}/` })).toEqual({ refresh: false, allowedOrigins: [url] });
});

test.each([['forms.example.com'], [['forms.example.com', url]]])('the audience %s is expected', (audience) => {
  expect(betterForms({ url, audience })).toEqual({ refresh: false, allowedOrigins: [url], expectedAudience: audience });
});

describe('signIn', () => {
  const at = () => signIn({ url: server.origin, audience: url }, credentials);

  test('brings the token', async () => {
    server.answer = answering({ accessToken: 'opaque', authentication: { strategy: 'local' }, user: {} }, 201);
    expect(await at()).toEqual({ tokens: { accessToken: 'opaque' } });
    expect(server.seen).toMatchObject([{ method: 'POST', url: '/authentication' }]);
    expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({ strategy: 'local', ...credentials });
  });

  test('a refusal says what the server says', async () => {
    server.answer = answering({ name: 'NotAuthenticated', message: 'Invalid login', code: 401 }, 401);
    await expect(at()).rejects.toMatchObject({ kind: 'refused', status: 401, messages: ['Invalid login'] });
  });
});

test.each<[code: string, option: string, settings: unknown]>([
  ['ERR_INVALID_OPTION', 'settings', null],
  ['ERR_INVALID_OPTION', 'url', { audience: url }],
  ['ERR_INVALID_OPTION', 'audience', { url, audience: '' }],
  ['ERR_INVALID_OPTION', 'audience', { url, audience: [] }],
  ['ERR_INVALID_OPTION', 'audience', { url, audience: [url, 7] }],
  ['ERR_UNKNOWN_OPTION', 'audiance', { url, audiance: url }],
])('%s of %s', async (code, option, settings) => {
  const wrong = settings as { url: string };
  expect(thrownBy(() => betterForms(wrong))).toMatchObject({ code, option });
  await expect(signIn(wrong, credentials)).rejects.toMatchObject({ code, option });
});
