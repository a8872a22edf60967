// @ts-check
import { json } from './answers.mjs';
import { readCookie, readJsonObject } from './requests.mjs';

const COOKIE = 'refreshToken';

/**
 * Sign-in, refresh and sign-out by an HttpOnly cookie, in the shape of LightNap's back end:
 * application errors have status 200, "signed out" is an empty result, and the cookie neither
 * rotates nor slides.
 */
export class Identity {
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

  /** POST /api/Identity/login
   * @param {string} body
   * @returns {Promise<import('./answers.mjs').Answer>} */
  async signIn(body) {
    const given = readJsonObject(body);
    if (!given)
      return json(400, { type: 'Error', errorMessages: ['The body must be a JSON object.'] }, { outcome: 'rejected' });
    const user = this.#sessions.authenticate(given.login, given.password);
    if (!user)
      return json(200, { type: 'Error', errorMessages: ['Invalid login or password.'] }, { outcome: 'rejected' });
    const remember = given.rememberMe === true;
    const { session, refreshToken, refreshTokenExpiresIn } = this.#sessions.open('cookie', user, { remember });
    const { accessToken } = await this.#tokens.issue(session);
    return json(
      200,
      { type: 'Success', result: { type: 'AccessToken', accessToken } },
      {
        headers: { 'Set-Cookie': cookie(refreshToken, remember ? refreshTokenExpiresIn : undefined) },
        outcome: 'accepted',
        session: session.id,
      },
    );
  }

  /** GET /api/Identity/access-token
   * @param {import('node:http').IncomingMessage} request
   * @returns {Promise<import('./answers.mjs').Answer>} */
  async refresh(request) {
    const redeemed = this.#sessions.redeem(readCookie(request, COOKIE));
    if ('refused' in redeemed) {
      return json(200, { type: 'Success', result: '' }, { outcome: 'rejected', session: redeemed.session?.id });
    }
    const { accessToken } = await this.#tokens.issue(redeemed.session);
    return json(200, { type: 'Success', result: accessToken }, { outcome: 'accepted', session: redeemed.session.id });
  }

  /** GET /api/Identity/logout
   * @param {import('node:http').IncomingMessage} request
   * @returns {import('./answers.mjs').Answer} */
  signOut(request) {
    const session = this.#sessions.close(readCookie(request, COOKIE));
    return json(
      200,
      { type: 'Success', result: true },
      {
        headers: { 'Set-Cookie': cookie('', 0) },
        outcome: session ? 'accepted' : 'rejected',
        session: session?.id,
      },
    );
  }
}

/** The refresh token's cookie. The demo speaks plain http on loopback; anywhere else `Secure` belongs to it.
 * @param {string} value
 * @param {number} [maxAge] seconds; without it the cookie lives as long as the browser */
function cookie(value, maxAge) {
  const lifetime = maxAge === undefined ? '' : `; Max-Age=${maxAge}`;
  return `${COOKIE}=${value}; Path=/; HttpOnly; SameSite=Strict${lifetime}`;
}
