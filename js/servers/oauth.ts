import { check, EvertokenError } from '../errors.js';
import { isRecord, readFields } from '../names.js';
import { isWeb, parse } from '../origins.js';
import type { OAuthOptions } from '../types.js';
import { discover } from './discovery.js';
import { flawOf, type ServerMetadata } from './metadata.js';

export type { ServerMetadata } from './metadata.js';

/** An authorization server by its issuer, and the client that the application is. */
export interface OAuthSettings {
  /**
   * The issuer identifier, character by character as the server writes it: an absolute http or https URL without a
   * query, such as `'https://login.example.com/tenant'`.
   */
  issuer: string;
  /** The client identifier (RFC 6749, section 2.2) of a public client. */
  clientId: string;
  /** Asks for a narrower scope at each refresh (RFC 6749, section 6). Default: the scope granted before. */
  scope?: string | undefined;
  /** The server's metadata, such as a copy that was taken at build time. Nothing is asked for then. Default: it is fetched. */
  metadata?: ServerMetadata | undefined;
  /** Gives the fetching of the metadata up when aborted. It is given up after 10 s in any case. */
  signal?: AbortSignal | undefined;
}

/**
 * Options of `startRefreshLoop` for any OAuth 2 or OpenID Connect server, to be spread beside your own: refreshing and, where
 * the server has it, revocation. The metadata is looked for where OpenID Connect Discovery and RFC 8414 have it.
 *
 * Rejects with `ERR_DISCOVERY` where no metadata of this issuer can be had, `ERR_UNKNOWN_OPTION`, `ERR_INVALID_OPTION`, or
 * `signal.reason`.
 */
export async function oauth(settings: OAuthSettings): Promise<OAuthOptions> {
  check(isRecord(settings), 'settings', settings, 'an object with issuer and clientId');
  const known = ['issuer', 'clientId', 'scope', 'metadata', 'signal'];
  const { issuer, clientId, scope, metadata, signal } = readFields(settings, '', known);
  const isIssuer = typeof issuer === 'string' && isIssuerUrl(parse(issuer, null));
  check(isIssuer, 'issuer', issuer, 'an absolute http or https URL without a query, as the server writes it');
  check(typeof clientId === 'string' && clientId, 'clientId', clientId, "the client's identifier, a string");
  check(scope === undefined || typeof scope === 'string', 'scope', scope, 'a string');
  check(signal === undefined || signal instanceof AbortSignal, 'signal', signal, 'an AbortSignal');
  const { token_endpoint, revocation_endpoint } =
    metadata === undefined ? await discover(issuer, signal) : read(metadata, issuer);
  return {
    refresh: {
      tokenEndpoint: token_endpoint,
      clientId,
      ...(scope !== undefined && { scope }),
      ...(revocation_endpoint !== undefined && { revocationEndpoint: revocation_endpoint }),
    },
  };
}

/** RFC 8414, section 2. */
const isIssuerUrl = (url: URL | undefined) => url && isWeb(url) && !url.search && !url.hash && !url.username;

function read(metadata: unknown, issuer: string): ServerMetadata {
  const flaw = flawOf(metadata, issuer);
  if (!flaw) return metadata as ServerMetadata;
  const message = `metadata: it is not that of ${issuer}: ${flaw}`;
  throw new EvertokenError('ERR_INVALID_OPTION', message, { option: 'metadata' });
}
