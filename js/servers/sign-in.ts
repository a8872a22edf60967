import { check, EvertokenError, kind } from '../errors.js';
import { isRecord, readFields } from '../names.js';
import { ofThrown } from '../report.js';
import type { TokenSet } from '../types.js';

/** The person is signed in: `session.setTokens(result.tokens)` begins the session. */
export interface SignedIn {
  /** What the server brought. */
  readonly tokens: TokenSet;
  /** Not here: that is a {@link NextStep}. */
  readonly nextStep?: undefined;
}

/** The credentials are right, and nobody is signed in yet. */
export interface NextStep {
  /** What is still to be done, in the server's own word. */
  readonly nextStep: string;
  /** The server's answer. It may hold what the next step needs, such as a challenge token: keep it out of logs. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** Not here: that is a {@link SignedIn}. */
  readonly tokens?: undefined;
}

/** How a sign-in goes on without its caller. */
export interface SignInOptions {
  /** Gives the sign-in up when aborted: `AbortSignal.timeout(10_000)`. Default: as long as the browser waits. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * How a sign-in failed. `refused`: the server said no. `rate-limited`: it has had too many attempts. `unavailable`: a
 * network fault, a request that the browser forbade, or a server that fails. `unreadable`: what answered is not that server.
 */
export type SignInFailureKind = 'refused' | 'rate-limited' | 'unavailable' | 'unreadable';

/** What a {@link SignInFailed} tells beside its message. */
export interface SignInFailure {
  /** The HTTP status, where there was an answer. */
  readonly status?: number | undefined;
  /** Seconds to wait before another attempt, where the server says so (RFC 9110, section 10.2.3) and the page may read it. */
  readonly retryAfter?: number | undefined;
  /** What the server said to the person, in its own language. Never what was sent. */
  readonly messages?: readonly string[] | undefined;
}

const SENTENCES = {
  refused: 'the server refused the sign-in',
  'rate-limited': 'the server takes no more sign-ins for now',
  unavailable: 'the server failed, could not be reached, or does not let this origin in (CORS)',
  unreadable: 'what answered is not a sign-in of this server; check the url',
};

/** Nobody was signed in. Its message holds nothing of what was sent. It is recognised by its name. */
export class SignInFailed extends Error implements SignInFailure {
  /** Always `'SignInFailed'`. */
  override readonly name = 'SignInFailed';
  /** What happened, for a program. */
  readonly kind: SignInFailureKind;
  declare readonly status?: number;
  declare readonly retryAfter?: number;
  declare readonly messages?: readonly string[];

  /** For this package's own use, and for tests that need an error of it. */
  constructor(kind: SignInFailureKind, { status, retryAfter, messages }: SignInFailure = {}) {
    const parts = [
      SENTENCES[kind],
      status ? ` (status ${status})` : '',
      messages?.length ? `: ${messages.join(' ')}` : '',
      retryAfter === undefined ? '' : `; try again in ${Math.ceil(retryAfter)} s`,
    ];
    super(parts.join(''));
    this.kind = kind;
    // Only what is there, so that a printed error shows no empty members.
    const details = { status, retryAfter, messages: messages?.length ? messages : undefined };
    for (const [name, value] of Object.entries(details))
      if (value !== undefined) Object.assign(this, { [name]: value });
  }
}

/** The credentials as they were given, those in `texts` being strings. No message shows a value. */
export function readCredentials(given: unknown, texts: readonly string[], more: readonly string[] = []) {
  check(isRecord(given), 'credentials', kind(given), `an object with ${texts.join(' and ')}`);
  const fields = readFields(given, 'credentials.', [...texts, ...more]);
  for (const name of texts) {
    const option = `credentials.${name}`;
    if (typeof fields[name] === 'string') continue;
    throw new EvertokenError('ERR_INVALID_OPTION', `${option}: ${kind(fields[name])} is not a string`, { option });
  }
  return fields;
}

interface SignInRequest extends SignInOptions {
  readonly url: string;
  readonly credentials?: RequestCredentials;
  readonly body: object;
  /** What no message may hold, should the server repeat it. */
  readonly secret: string;
  /** Where a refusal has the server's words to the person. */
  readonly wordsIn: (answer: Record<string, unknown>) => unknown;
}

interface SignInAnswer {
  /** The body of a success. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** A failure that such an answer means after all. */
  readonly fail: (kind: SignInFailureKind, words?: unknown) => SignInFailed;
}

/** Sends credentials as JSON. */
export async function postCredentials({ wordsIn, secret, ...request }: SignInRequest): Promise<SignInAnswer> {
  const { status, ok, headers, answer } = await exchange(request);
  const fail = (kind: SignInFailureKind, words?: unknown) =>
    new SignInFailed(kind, { status, retryAfter: retryAfter(status, headers), messages: readWords(words, secret) });
  if (ok && answer) return { answer, fail };
  const kind = ok ? 'unreadable' : kindOf(status);
  throw fail(kind, kind === 'refused' && answer && wordsIn(answer));
}

async function exchange({ url, credentials = 'same-origin', body, signal }: Omit<SignInRequest, 'secret' | 'wordsIn'>) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      credentials,
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      signal: signal ?? null,
    });
    const { status, ok, headers } = response;
    return { status, ok, headers, answer: parseRecord(await response.text()) };
  } catch {
    signal?.throwIfAborted();
    throw new SignInFailed('unavailable');
  }
}

/** A JSON object, or nothing. */
export function parseRecord(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The tokens of a sign-in that brought a JWT. Its `iat` is rounded down to a second, so `exp - iat` may be up to one too
 * many: within that second the device's clock decides, and is trusted no further.
 */
export function justIssued(accessToken: string): TokenSet {
  const { iat, exp } = claimsOf(accessToken);
  const whole = Number(exp) - Number(iat);
  const left = Math.min(Math.max(Number(exp) - Date.now() / 1_000, whole - 1), whole);
  return { accessToken, ...(left > 0 && { expiresIn: left }) };
}

function claimsOf(jwt: string): Record<string, unknown> {
  try {
    const payload = jwt.split('.')[1] ?? '';
    return parseRecord(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) ?? {};
  } catch {
    return {};
  }
}

function kindOf(status: number): SignInFailureKind {
  if (status === 429) return 'rate-limited';
  if (status === 408 || status >= 500) return 'unavailable';
  // Nothing there signs anybody in.
  return status === 404 || status === 405 ? 'unreadable' : 'refused';
}

/** Read as that of a refresh is. */
function retryAfter(status: number, headers: Headers): number | undefined {
  const report = ofThrown({ response: { status, headers } });
  return 'kind' in report ? report.retryAfter : undefined;
}

function readWords(words: unknown, secret: string): string[] {
  const isWord = (word: unknown) => typeof word === 'string' && word && !(secret && word.includes(secret));
  return (Array.isArray(words) ? words : [words]).filter(isWord);
}
