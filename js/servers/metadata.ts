import { show } from '../errors.js';
import { isRecord } from '../names.js';
import { isWeb, parse } from '../origins.js';

/** What is read of a server's metadata (RFC 8414, section 2; OpenID Connect Discovery, section 3). */
export interface ServerMetadata {
  /** Must be the issuer that was asked for. */
  readonly issuer: string;
  /** Where tokens are refreshed. */
  readonly token_endpoint: string;
  /** Where refresh tokens are revoked (RFC 7009). Without it a sign-out does not tell the server. */
  readonly revocation_endpoint?: string | undefined;
  /** All else that a server says of itself. */
  readonly [member: string]: unknown;
}

/** What keeps a document from being the metadata of this issuer; nothing where it is. */
export function flawOf(document: unknown, issuer: string): string | undefined {
  if (!isRecord(document)) return 'it is no JSON object';
  const { issuer: found, ...endpoints } = document as Record<string, unknown>;
  // RFC 8414, section 3.3: identical, so that nobody's document passes for another's.
  if (found !== issuer) return `its issuer is ${show(found)}`;
  if (!isEndpoint(endpoints.token_endpoint)) return `its token_endpoint is ${show(endpoints.token_endpoint)}`;
  const { revocation_endpoint: revocation } = endpoints;
  if (revocation !== undefined && !isEndpoint(revocation)) return `its revocation_endpoint is ${show(revocation)}`;
  return undefined;
}

function isEndpoint(value: unknown): boolean {
  const url = typeof value === 'string' ? parse(value, null) : undefined;
  return !!url && isWeb(url);
}
