// @ts-check
import { json } from './answers.mjs';

/** GET /api/me: the protected resource. Its 401s are RFC 6750's, section 3.
 * @param {import('./tokens.mjs').AccessTokens} tokens
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<import('./answers.mjs').Answer>} */
export async function me(tokens, request) {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) return unauthorized('missing');
  const verified = await tokens.verify(token);
  if ('refused' in verified) return unauthorized(verified.refused);
  const { sub, name, role, exp } = verified.claims;
  return json(200, { sub, name, role, tokenExpiresAt: exp }, { outcome: 'accepted' });
}

/** @param {'missing' | 'expired' | 'invalid' | 'faulted'} because
 * @returns {import('./answers.mjs').Answer} */
export function unauthorized(because) {
  const details =
    because === 'missing' ? '' : `, error="invalid_token", error_description="The access token is ${because}"`;
  return json(
    401,
    { error: because },
    {
      headers: { 'WWW-Authenticate': `Bearer realm="evertoken demo"${details}` },
      outcome: because,
    },
  );
}
