import type { Report } from './boundary.js';
import { check } from './errors.js';
import { createExchange, type Endpoints, readRequest, readUrl, requestNames } from './http.js';
import { isRecord, readFields } from './names.js';
import type { RefreshContext } from './options.js';
import { ofAnswer, ofBody, serverTime, success } from './report.js';

/** Makes one refresh. It rejects, and never throws. */
export type Refresh = (context: RefreshContext) => Promise<Report>;

/** Revokes a refresh token (RFC 7009). */
export type Revoke = (refreshToken: string, signal: AbortSignal) => Promise<Report>;

/** What the option `refresh` says. */
export interface Transport {
  /** `undefined` for a session that is not refreshed. */
  readonly refresh?: Refresh;
  readonly revoke?: Revoke | false;
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
  const names = ['tokenEndpoint', 'clientId', 'scope', 'extra', 'revocationEndpoint'];
  const { clientId, scope, extra = {}, ...urls } = readFields(option, 'refresh.', names);
  /** Sends forms by `POST` (RFC 6749, section 4 and appendix B). */
  const formsTo = (name: string, read: (response: Response) => Report | Promise<Report>) => {
    const headers = { accept: 'application/json' };
    const url = readUrl(urls[name], `refresh.${name}`, endpoints);
    const exchange = createExchange(url, { method: 'POST', credentials: 'same-origin', headers });
    return (form: object, signal: AbortSignal) =>
      exchange(signal, read, { form: { ...form, client_id: clientId as string } });
  };
  const grant = formsTo('tokenEndpoint', ofBody);
  const revocation = urls.revocationEndpoint !== undefined && formsTo('revocationEndpoint', () => success);
  check(isText(clientId) && clientId, 'refresh.clientId', clientId, "the client's identifier, a string");
  check(scope === undefined || isText(scope), 'refresh.scope', scope, 'a string');
  const isExtra = isRecord(extra) && Object.values(extra).every(isText);
  check(isExtra, 'refresh.extra', extra, 'an object whose values are strings');
  const more = { ...extra, ...(scope && { scope }), grant_type: 'refresh_token' };
  return {
    clientId,
    refresh: ({ refreshToken, signal }) => grant({ ...more, refresh_token: refreshToken }, signal),
    revoke: revocation && ((token, signal) => revocation({ token, token_type_hint: 'refresh_token' }, signal)),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
