// @ts-check

const MOST_BODY_BYTES = 64 * 1024;

/** @param {import('node:http').IncomingMessage} request
 * @returns {Promise<string | undefined>} undefined when it is too large */
export async function readBody(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= MOST_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MOST_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

/** @param {import('node:http').IncomingMessage} request
 * @param {string} name
 * @returns {string | undefined} */
export function readCookie(request, name) {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}

/** @param {string} body
 * @returns {Record<string, unknown> | undefined} undefined when it is not a JSON object */
export function readJsonObject(body) {
  try {
    const value = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
