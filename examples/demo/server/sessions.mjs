// @ts-check
import { createHash, randomUUID } from 'node:crypto';

/**
 * @typedef {{ subject: string, name: string, roles: string[] }} User
 *
 * @typedef {object} Session
 * @property {string} id
 * @property {'cookie' | 'oauth'} kind
 * @property {User} user
 * @property {number} startedAt ms since the epoch
 * @property {boolean} revoked
 *
 * @typedef {object} Grant what a refresh token stands for
 * @property {Session} session
 * @property {number} expiresAt ms since the epoch
 * @property {number | undefined} usedAt ms since the epoch
 *
 * @typedef {{ session: Session, grant: Grant } | { refused: 'unknown' | 'expired' | 'revoked' | 'reused', session?: Session }} Redeemed
 */

const PASSWORD = 'demo';
const REMEMBERED_SECONDS = 30 * 86_400;

/** All sessions of one server, and the refresh tokens that stand for them. */
export class Sessions {
  /** @type {Map<string, Grant>} */
  #grants = new Map();
  #clock;
  #settings;

  /**
   * @param {import('./clock.mjs').ServerClock} clock
   * @param {() => import('./settings.mjs').Settings} settings
   */
  constructor(clock, settings) {
    this.#clock = clock;
    this.#settings = settings;
  }

  /** Who signs in with this name and password, if anyone: every name does, with one password.
   * @param {unknown} login
   * @param {unknown} password
   * @returns {User | undefined} */
  authenticate(login, password) {
    if (typeof login !== 'string' || login.trim() === '' || login.length > 100 || password !== PASSWORD)
      return undefined;
    const name = login.trim();
    const digest = createHash('sha256').update(name.toLowerCase()).digest('hex');
    return {
      subject: digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5'),
      name,
      roles: name.toLowerCase() === 'admin' ? ['Administrator', 'User'] : ['User'],
    };
  }

  /** @param {'cookie' | 'oauth'} kind
   * @param {User} user
   * @param {{ remember?: boolean }} [options] */
  open(kind, user, { remember = false } = {}) {
    this.#forgetExpired();
    /** @type {Session} */
    const session = { id: randomUUID(), kind, user, startedAt: this.#clock.now(), revoked: false };
    return { session, ...this.grantFor(session, remember ? REMEMBERED_SECONDS : undefined) };
  }

  /** A new refresh token for a session.
   * @param {Session} session
   * @param {number} [seconds] */
  grantFor(session, seconds = this.#settings().refreshTokenLifetime) {
    const refreshToken = randomUUID();
    const now = this.#clock.now();
    const expiresAt = Math.min(now + seconds * 1000, this.endOf(session));
    this.#grants.set(refreshToken, { session, expiresAt, usedAt: undefined });
    return { refreshToken, refreshTokenExpiresIn: Math.floor((expiresAt - now) / 1000) };
  }

  /** Looks a refresh token up. One that was used before ends its whole session (RFC 9700, section 4.14.2), unless that was
   * within the interval in which the server forgives it.
   * @param {string | undefined} refreshToken
   * @returns {Redeemed} */
  redeem(refreshToken) {
    const grant = refreshToken === undefined ? undefined : this.#grants.get(refreshToken);
    if (!grant) return { refused: 'unknown' };
    const { session } = grant;
    if (session.revoked) return { refused: 'revoked', session };
    const now = this.#clock.now();
    if (grant.usedAt !== undefined && now >= grant.usedAt + this.#settings().reuseInterval * 1000) {
      session.revoked = true;
      return { refused: 'reused', session };
    }
    if (now >= grant.expiresAt || now >= this.endOf(session)) return { refused: 'expired', session };
    return { session, grant };
  }

  /** A new refresh token in place of one that was redeemed.
   * @param {Grant} grant */
  rotate(grant) {
    grant.usedAt ??= this.#clock.now();
    return this.grantFor(grant.session);
  }

  /** @param {string | undefined} refreshToken
   * @returns {Session | undefined} the session that has ended with this */
  close(refreshToken) {
    const session = refreshToken === undefined ? undefined : this.#grants.get(refreshToken)?.session;
    if (!session || session.revoked) return undefined;
    session.revoked = true;
    return session;
  }

  /** Ends every session. Says how many there were. */
  revokeAll() {
    const live = this.#live();
    for (const session of live) session.revoked = true;
    return live.size;
  }

  get count() {
    return this.#live().size;
  }

  clear() {
    this.#grants.clear();
  }

  /** When a session's maximum is reached, ms since the epoch.
   * @param {Session} session */
  endOf(session) {
    const { sessionMaximum } = this.#settings();
    return sessionMaximum === null ? Infinity : session.startedAt + sessionMaximum * 1000;
  }

  #live() {
    const now = this.#clock.now();
    const live = new Set();
    for (const { session, expiresAt, usedAt } of this.#grants.values()) {
      if (!session.revoked && usedAt === undefined && now < expiresAt && now < this.endOf(session)) live.add(session);
    }
    return live;
  }

  #forgetExpired() {
    const now = this.#clock.now();
    for (const [token, grant] of this.#grants) if (now >= grant.expiresAt) this.#grants.delete(token);
  }
}
