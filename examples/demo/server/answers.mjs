// @ts-check

/**
 * What a handler answers. `outcome` and `session` go to the counts and the request log, not to the client.
 *
 * @typedef {object} Answer
 * @property {number} status
 * @property {Record<string, string>} [headers]
 * @property {string | Uint8Array} [body]
 * @property {Outcome} [outcome]
 * @property {string | undefined} [session] the session's id
 *
 * @typedef {'accepted' | 'rejected' | 'reused' | 'expired' | 'invalid' | 'missing' | 'faulted'} Outcome
 */

/** @param {number} status
 * @param {unknown} value
 * @param {Omit<Answer, 'status' | 'body'>} [rest]
 * @returns {Answer} */
export function json(status, value, { headers, ...rest } = {}) {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify(value),
    ...rest,
  };
}

/** @param {number} status
 * @param {string} body
 * @param {Record<string, string>} [headers]
 * @returns {Answer} */
export function text(status, body, headers) {
  return {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...headers },
    body,
  };
}
