// @ts-check
import { json } from './answers.mjs';
import { readJsonObject } from './requests.mjs';
import { SettingError, wholeNumber } from './settings.mjs';

/**
 * The switches, clock, counts and log under /demo/. Their requests are neither counted nor logged.
 *
 * @param {import('./demo-server.mjs').DemoServer} server
 * @param {string} method
 * @param {URL} url
 * @param {string} body
 * @returns {import('./answers.mjs').Answer}
 */
export function control(server, method, url, body) {
  try {
    switch (`${method} ${url.pathname}`) {
      case 'GET /demo/settings':
        return json(200, server.settings);
      case 'PUT /demo/settings':
        return json(200, server.set(object(body)));
      case 'GET /demo/clock':
        return json(200, server.setClock({}));
      case 'PUT /demo/clock':
        return json(200, server.setClock(clockChange(object(body))));
      case 'GET /demo/stats':
        return json(200, server.stats());
      case 'GET /demo/requests':
        return json(200, server.requests(filterOf(url.searchParams)));
      case 'POST /demo/release':
        return json(200, { released: server.release() });
      case 'POST /demo/revoke':
        return json(200, { revoked: server.revokeSessions() });
      case 'POST /demo/reset':
        server.reset();
        return json(200, server.settings);
      default:
        return json(404, { error: `no such endpoint: ${method} ${url.pathname}` });
    }
  } catch (error) {
    if (error instanceof SettingError) return json(400, { error: error.message });
    throw error;
  }
}

/** @param {string} body */
function object(body) {
  const value = readJsonObject(body);
  if (!value) throw new SettingError('body: must be a JSON object');
  return value;
}

const HUNDRED_YEARS = 3_155_760_000_000;

/** @param {Record<string, unknown>} given
 * @returns {Parameters<import('./clock.mjs').ServerClock['set']>[0]} */
function clockChange(given) {
  /** @type {{ offsetMs?: number, advanceMs?: number, reachMs?: number, frozen?: boolean }} */
  const change = {};
  for (const [name, value] of Object.entries(given)) {
    if (name === 'offsetMs' || name === 'advanceMs' || name === 'reachMs')
      change[name] = wholeNumber(name, value, -HUNDRED_YEARS, HUNDRED_YEARS);
    else if (name === 'frozen' && typeof value === 'boolean') change.frozen = value;
    else throw new SettingError(`${name}: must be offsetMs, advanceMs, reachMs or frozen (true or false)`);
  }
  return change;
}

/** @param {URLSearchParams} query */
function filterOf(query) {
  const after = query.get('after');
  return {
    kind: query.get('kind'),
    after: after === null ? 0 : wholeNumber('after', Number(after), 0, Number.MAX_SAFE_INTEGER),
  };
}
