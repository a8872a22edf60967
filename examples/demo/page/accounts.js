// @ts-check
import { RefreshRejected } from '/evertoken/index.js';

/**
 * @typedef {'cookie' | 'oauth'} By
 * @typedef {{ by: By, idle: string, max: string, check: string, window: string }} Choices
 */

const AUDIENCE = 'evertoken-demo';
const CLIENT_ID = 'evertoken-demo';

/** What startRefreshLoop is given.
 * @param {Choices} choices
 * @returns {import('evertoken').Options} */
export function optionsFor({ by, idle, max, check, window: refreshWindow }) {
  return {
    ...(by === 'cookie' ? COOKIE : OAUTH),
    checkInterval: check,
    refreshWindow,
    idleTimeout: idle,
    maxSessionLifespan: max,
    ...(idle === '-1' ? {} : { idleWarning: '10s' }),
    ...(max === '-1' ? {} : { sessionWarning: '30s' }),
    // The page says itself what counts, so that "Go idle" can be tried with a hand on the mouse.
    activity: 'manual',
    expectedAudience: AUDIENCE,
  };
}

/** Asks the server to sign someone in. Resolves to the tokens for session.setTokens().
 * @param {By} by
 * @param {string} login
 * @param {string} password
 * @returns {Promise<import('evertoken').Tokens>} */
export async function signIn(by, login, password) {
  if (by === 'cookie') {
    const response = await fetch('/api/Identity/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ login, password, rememberMe: false }),
    });
    return (await resultOf(response)).accessToken;
  }
  const response = await fetch('/oauth/token', {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', client_id: CLIENT_ID, username: login, password }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error_description ?? `The server answered ${response.status}.`);
  return answer;
}

/** @type {Pick<import('evertoken').Options, 'refresh' | 'signOut'>} */
const COOKIE = {
  refresh: { endpoint: '/api/Identity/access-token', method: 'GET', read: resultOf },
  signOut: { endpoint: '/api/Identity/logout', method: 'GET' },
};

/** @type {Pick<import('evertoken').Options, 'refresh' | 'signOut'>} */
const OAUTH = {
  refresh: { tokenEndpoint: '/oauth/token', clientId: CLIENT_ID, revocationEndpoint: '/oauth/revoke' },
};

/** The result in this server's envelope. An empty one means that nobody is signed in.
 * @param {Response} response */
async function resultOf(response) {
  const answer = await response.json();
  if (answer.type === 'Error') throw new RefreshRejected(answer.errorMessages.join(' '));
  return answer.result;
}
