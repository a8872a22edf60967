import type { Report } from './boundary.js';
import { check } from './errors.js';
import { createFormExchange, type Endpoints, readRequest, readUrl, requestNames } from './http.js';
import { isRecord, readFields } from './names.js';
import type { RefreshContext } from './options.js';
import { ofAnswer, ofBody, serverTime } from './report.js';

/** Makes one refresh. */
export type Refresh = (context: RefreshContext) => Promise<Report>;

/** Revokes a refresh token (RFC 7009). */
export type Revoke = (refreshToken: string, signal: AbortSignal) => Promise<Report>;

/** What the option `refresh` says. */
export interface Transport {
  /** `undefined` for a session that is not refreshed. */
  readonly refresh?: Refresh;
  readonly revoke?: Revoke | undefined;
  /** Where refreshes present a refresh token: who presents it. */
  readonly clientId?: string;
}

export function readTransport(option: unknown, endpoints: Endpoints): Transport {
  if (option === false) return {};
  if (typeof option === 'function') return { refresh: async (context) => ofAnswer(await option(context)) };
  check(isRecord(option), 'refresh', option, 'a function, { endpoint }, { tokenEndpoint, clientId }, or false');
  return 'tokenEndpoint' in option || 'clientId' in option
    ? readGrant(option, endpoints)
    : { refresh: readEndpoint(option, endpoints) };
}

/** An endpoint that knows the person by a cookie. */
function readEndpoint(option: object, endpoints: Endpoints): Refresh {
  const { read, ...request } = readFields(option, 'refresh.', [...requestNames, 'read']);
  check(read === undefined || typeof read === 'function', 'refresh.read', read, 'a function of the Response');
  const exchange = readRequest(request, 'refresh', 'POST', endpoints);
  const readAnswer = read
    ? async (response: Response) => ofAnswer(await read(response), serverTime(response.headers))
    : ofBody;
  return ({ signal }) => exchange(signal, readAnswer);
}

/** The refresh grant of a public client (RFC 6749, section 6). */
function readGrant(option: object, endpoints: Endpoints): Transport {
  const fields = readFields(option, 'refresh.', ['tokenEndpoint', 'clientId', 'scope', 'extra', 'revocationEndpoint']);
  const { tokenEndpoint, clientId, scope, extra = {}, revocationEndpoint } = fields;
  const exchange = createFormExchange(readUrl(tokenEndpoint, 'refresh.tokenEndpoint', endpoints));
  check(isText(clientId) && clientId, 'refresh.clientId', clientId, "the client's identifier, a string");
  check(scope === undefined || isText(scope), 'refresh.scope', scope, 'a string');
  const isExtra = isRecord(extra) && Object.values(extra).every(isText);
  check(isExtra, 'refresh.extra', extra, 'an object whose values are strings');
  return {
    clientId,
    refresh({ refreshToken = '', signal }) {
      const grant = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId };
      const body = new URLSearchParams({ ...extra, ...(scope && { scope }), ...grant });
      return exchange(signal, ofBody, { body });
    },
    revoke: revocationEndpoint === undefined ? undefined : readRevocation(revocationEndpoint, clientId, endpoints),
  };
}

function readRevocation(url: unknown, clientId: string, endpoints: Endpoints): Revoke {
  const exchange = createFormExchange(readUrl(url, 'refresh.revocationEndpoint', endpoints));
  return (token, signal) => {
    const body = new URLSearchParams({ token, token_type_hint: 'refresh_token', client_id: clientId });
    return exchange(signal, () => ({ answer: true }), { body });
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
