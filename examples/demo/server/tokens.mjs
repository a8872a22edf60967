// @ts-check
import { randomBytes, randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';

export const AUDIENCE = 'evertoken-demo';

/** Signs access tokens and verifies them (RFC 7519, HS256), with a key of its own. */
export class AccessTokens {
  #key = randomBytes(32);
  #clock;
  #settings;
  #sessions;
  #issuer;

  /**
   * @param {import('./clock.mjs').ServerClock} clock
   * @param {() => import('./settings.mjs').Settings} settings
   * @param {import('./sessions.mjs').Sessions} sessions
   * @param {() => string} issuer
   */
  constructor(clock, settings, sessions, issuer) {
    this.#clock = clock;
    this.#settings = settings;
    this.#sessions = sessions;
    this.#issuer = issuer;
  }

  /** A new access token, and the seconds it lives; undefined when it has no end.
   * @param {import('./sessions.mjs').Session} session */
  async issue(session) {
    const { tokenLifetime, skew } = this.#settings();
    const issuedAt = Math.floor(this.#clock.stated() / 1000);
    const sessionEnd = Math.floor(this.#sessions.endOf(session) / 1000) + skew;
    const expiresAt = tokenLifetime === null ? undefined : Math.min(issuedAt + tokenLifetime, sessionEnd);
    const jwt = new SignJWT({ name: session.user.name, role: session.user.roles })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer(this.#issuer())
      .setAudience(AUDIENCE)
      .setSubject(session.user.subject)
      .setIssuedAt(issuedAt)
      .setJti(randomUUID());
    if (expiresAt !== undefined) jwt.setExpirationTime(expiresAt);
    return {
      accessToken: await jwt.sign(this.#key),
      expiresIn: expiresAt === undefined ? undefined : expiresAt - issuedAt,
    };
  }

  /** The claims of a token that is good now, by the server's clock and with no tolerance.
   * @param {string} token
   * @returns {Promise<{ claims: import('jose').JWTPayload } | { refused: 'expired' | 'invalid' }>} */
  async verify(token) {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: ['HS256'],
        issuer: this.#issuer(),
        audience: AUDIENCE,
        clockTolerance: 0,
        currentDate: new Date(this.#clock.stated()),
      });
      return { claims: payload };
    } catch (error) {
      return { refused: error instanceof errors.JWTExpired ? 'expired' : 'invalid' };
    }
  }
}
