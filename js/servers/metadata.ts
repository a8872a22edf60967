import { show } from '../errors.js';
import { isRecord } from '../names.js';
import { isWeb, parse } from '../origins.js';

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
