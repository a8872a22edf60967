// @ts-check
import { json } from './answers.mjs';

export const CLIENT_ID = 'evertoken-demo';
const SCOPE = 'profile';

/**
 * A token endpoint for a public client (RFC 6749, sections 4.3, 5 and 6) whose refresh tokens
 * rotate, with reuse detection, and its revocation endpoint (RFC 7009).
 */
export class OAuth {
  #sessions;
  #tokens;

  /**
   * @param {import('./sessions.mjs').Sessions} sessions
   * @param {import('./tokens.mjs').AccessTokens} tokens
   */
  constructor(sessions, tokens) {
    this.#sessions = sessions;
    this.#tokens = tokens;
  }

  /** POST /oauth/token
   * @param {URLSearchParams} form
   * @returns {Promise<import('./answers.mjs').Answer>} */
  async token(form) {
    const wrong = wrongForm(form);
    if (wrong) return wrong;
    switch (form.get('grant_type')) {
      case null:
        return refusal(400, 'invalid_request', 'grant_type is missing');
      case 'password':
        return this.#signIn(form);
      case 'refresh_token':
        return this.#refresh(form);
      default:
        return refusal(400, 'unsupported_grant_type', 'grant_type must be password or refresh_token');
    }
  }

  /** POST /oauth/revoke
   * @param {URLSearchParams} form
   * @returns {import('./answers.mjs').Answer} */
  revoke(form) {
    const wrong = wrongForm(form);
    if (wrong) return wrong;
    const token = form.get('token');
    if (token === null) return refusal(400, 'invalid_request', 'token is missing');
    const session = this.#sessions.close(token);
    // An unknown token is no error: it is as revoked as the client wanted it (RFC 7009, section 2.2).
    return { status: 200, headers: NO_STORE, outcome: session ? 'accepted' : 'rejected', session: session?.id };
  }

  /** @param {URLSearchParams} form */
  async #signIn(form) {
    if (!form.has('username') || !form.has('password')) {
      return refusal(400, 'invalid_request', 'username and password are needed');
    }
    const user = this.#sessions.authenticate(form.get('username'), form.get('password'));
    if (!user) return refusal(400, 'invalid_grant', 'wrong user name or password');
    const { session, ...grant } = this.#sessions.open('oauth', user);
    return this.#answer(session, grant);
  }

  /** @param {URLSearchParams} form */
  async #refresh(form) {
    const refreshToken = form.get('refresh_token');
    if (refreshToken === null) return refusal(400, 'invalid_request', 'refresh_token is missing');
    const scope = form.get('scope');
    if (scope !== null && scope !== SCOPE)
      return refusal(400, 'invalid_scope', 'the scope is wider than the one granted');
    const redeemed = this.#sessions.redeem(refreshToken);
    if ('refused' in redeemed) {
      const { refused, session } = redeemed;
      const answer = refusal(400, 'invalid_grant', `the refresh token is ${refused}`, session?.id);
      return refused === 'reused' ? { ...answer, outcome: /** @type {const} */ ('reused') } : answer;
    }
    return this.#answer(redeemed.session, this.#sessions.rotate(redeemed.grant));
  }

  /** @param {import('./sessions.mjs').Session} session
   * @param {{ refreshToken: string, refreshTokenExpiresIn: number }} grant
   * @returns {Promise<import('./answers.mjs').Answer>} */
  async #answer(session, { refreshToken, refreshTokenExpiresIn }) {
    const { accessToken, expiresIn } = await this.#tokens.issue(session);
    return json(
      200,
      {
        access_token: accessToken,
        token_type: 'Bearer',
        expires_in: expiresIn,
        refresh_token: refreshToken,
        refresh_expires_in: refreshTokenExpiresIn,
        scope: SCOPE,
      },
      { headers: NO_STORE, outcome: 'accepted', session: session.id },
    );
  }
}

const NO_STORE = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };

/** What every request must have; a parameter may come once only (RFC 6749, section 3.2).
 * @param {URLSearchParams} form */
function wrongForm(form) {
  for (const name of new Set(form.keys())) {
    if (form.getAll(name).length > 1) return refusal(400, 'invalid_request', `${name} comes twice`);
  }
  if (form.get('client_id') !== CLIENT_ID) return refusal(401, 'invalid_client', 'client_id is unknown');
  return undefined;
}

/** RFC 6749, section 5.2.
 * @param {number} status
 * @param {string} error
 * @param {string} description
 * @param {string} [session]
 * @returns {import('./answers.mjs').Answer} */
export function refusal(status, error, description, session) {
  return json(status, { error, error_description: description }, { headers: NO_STORE, outcome: 'rejected', session });
}
