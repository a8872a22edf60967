import { onAbort } from '../abort.js';
import { EvertokenError } from '../errors.js';
import { flawOf, type ServerMetadata } from './metadata.js';

const PATIENCE_MS = 10_000;

/** The metadata of an issuer, from where OpenID Connect Discovery has it, else from where RFC 8414 does. */
export async function discover(issuer: string, signal: AbortSignal | undefined): Promise<ServerMetadata> {
  const problems: string[] = [];
  for (const url of placesOf(issuer)) {
    const answer = await ask(url, signal);
    const problem = typeof answer === 'string' ? answer : flawOf(answer.document, issuer);
    if (!problem) return (answer as Document).document as ServerMetadata;
    problems.push(`${url}: ${problem}`);
  }
  const hint =
    'check the issuer, and that the server lets this origin read its metadata (CORS); or give them as `metadata`';
  throw new EvertokenError('ERR_DISCOVERY', `issuer: no metadata of ${issuer} (${problems.join('; ')}); ${hint}`, {
    option: 'issuer',
  });
}

/** OpenID Connect Discovery, section 4, puts it behind the path; RFC 8414, section 3.1, before it. */
function placesOf(issuer: string): Set<string> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return new Set([
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ]);
}

interface Document {
  readonly document: unknown;
}

/** What lies there, or in words what came instead. */
async function ask(url: string, signal: AbortSignal | undefined): Promise<Document | string> {
  signal?.throwIfAborted();
  const patience = new AbortController();
  const giveUp = () => patience.abort();
  const timer = setTimeout(giveUp, PATIENCE_MS);
  const stopHearing = onAbort(signal, giveUp);
  let isJson = false;
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json' },
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: patience.signal,
    });
    if (!response.ok) return `status ${response.status}`;
    const text = await response.text();
    isJson = true;
    return { document: JSON.parse(text) };
  } catch {
    signal?.throwIfAborted();
    if (patience.signal.aborted) return `no answer within ${PATIENCE_MS / 1_000} s`;
    return isJson ? 'no JSON' : 'no answer that may be read (nothing there, network, CORS, or a redirect)';
  } finally {
    clearTimeout(timer);
    stopHearing();
  }
}
