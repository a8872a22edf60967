import { check, RefreshRejected } from '../errors.js';
import { isRecord, readFields } from '../names.js';
import type { RefreshingOptions, SignOutFunction } from '../types.js';
import { readBase } from './address.js';
import {
  type NextStep,
  parseRecord,
  postCredentials,
  readCredentials,
  type SignedIn,
  type SignInOptions,
} from './sign-in.js';

export type { NextStep, SignedIn, SignInFailure, SignInFailureKind, SignInOptions } from './sign-in.js';
export { SignInFailed } from './sign-in.js';

/** A LightNap back end as its administrator wrote it. */
export interface LightNapSettings {
  /** Where the back end is: `'/'` where it serves the page too, else such as `'https://api.example.com'`. */
  url: string | URL;
  /** `Jwt.Issuer`. A token of another one is refused before it is used. Default: any. */
  issuer?: string | undefined;
  /** `Jwt.Audience`. A token for another one is refused before it is used. Default: any. */
  audience?: string | undefined;
  /** `Jwt.ExpirationMinutes`: an integer from 5 to 1440. It is only checked, each token says it. */
  expirationMinutes?: number | undefined;
  /**
   * Called when the server refuses a refresh and says why, before the session ends as `refresh-rejected`; in the tab that
   * asked, not in the others.
   */
  onRejected?: ((error: LightNapRejected) => void) | undefined;
}

/** The server refused a refresh. Its message holds the server's. */
export class LightNapRejected extends RefreshRejected {
  /** What the server said to the person. */
  readonly messages: readonly string[];

  /** For this package's own use, and for tests that need an error of it. */
  constructor(messages: readonly string[]) {
    super(`the server refused the refresh: ${messages.join(' ') || 'it does not say why'}`);
    this.messages = messages;
  }
}

/** What a person signs in with. */
export interface LightNapCredentials {
  /** User name or e-mail address. */
  login: string;
  /** The password. */
  password: string;
  /** Stay signed in when the browser is closed. Without it the server forgets the session after `Jwt.ExpirationMinutes`. Default `false`. */
  rememberMe?: boolean | undefined;
  /** What the person's list of devices shows. Default: the browser's user agent. */
  deviceDetails?: string | undefined;
}

/**
 * Options of `startRefreshLoop` for a LightNap back end, to be spread beside your own. The session starts from the
 * HttpOnly cookie alone.
 *
 * Throws `ERR_UNKNOWN_OPTION` and `ERR_INVALID_OPTION`.
 */
export function lightnap(settings: LightNapSettings): RefreshingOptions {
  const { base, issuer, audience, onRejected } = readSettings(settings);
  return {
    refresh: {
      endpoint: `${base}/api/Identity/access-token`,
      method: 'GET',
      credentials: 'include',
      read: (response) => readToken(response, onRejected),
    },
    signOut: createSignOut(`${base}/api/Identity/logout`),
    allowedOrigins: [new URL(base).origin],
    ...(issuer !== undefined && { expectedIssuer: issuer }),
    ...(audience !== undefined && { expectedAudience: audience }),
  };
}

/**
 * Signs a person in, and has the server set its cookie: `session.setTokens(result.tokens)` begins the session. With the
 * next step `'TwoFactorRequired'` or `'EmailVerificationRequired'` nobody is signed in yet.
 *
 * Rejects with a {@link SignInFailed}, `ERR_UNKNOWN_OPTION`, `ERR_INVALID_OPTION`, or `signal.reason`.
 */
export async function signIn(
  settings: LightNapSettings,
  credentials: LightNapCredentials,
  { signal }: SignInOptions = {},
): Promise<SignedIn | NextStep> {
  const { base } = readSettings(settings);
  const given = readCredentials(credentials, ['login', 'password'], ['rememberMe', 'deviceDetails']);
  const { login, password, rememberMe = false, deviceDetails = globalThis.navigator?.userAgent } = given;
  const { answer, fail } = await postCredentials({
    url: `${base}/api/Identity/login`,
    credentials: 'include',
    body: { login, password, rememberMe, deviceDetails },
    secret: password as string,
    wordsIn: ({ errorMessages }) => errorMessages,
    signal,
  });
  const { type, errorMessages } = answer;
  if (type === 'Error') throw fail('refused', errorMessages);
  if (type === 'UnexpectedError') throw fail('unavailable');
  const result: Record<string, unknown> = Object(answer.result);
  const { type: step, accessToken } = result;
  if (type !== 'Success' || typeof step !== 'string') throw fail('unreadable');
  if (step !== 'AccessToken') return { nextStep: step, answer: result };
  if (typeof accessToken !== 'string' || !accessToken) throw fail('unreadable');
  return { tokens: { accessToken } };
}

function readSettings(settings: LightNapSettings) {
  check(isRecord(settings), 'settings', settings, 'an object with url');
  const known = ['url', 'issuer', 'audience', 'expirationMinutes', 'onRejected'];
  const { url, issuer, audience, expirationMinutes: minutes, onRejected } = readFields(settings, '', known);
  for (const [option, value] of Object.entries({ issuer, audience }))
    check(value === undefined || (typeof value === 'string' && value), option, value, `Jwt.${option}, a string`);
  const isMinutes = Number.isInteger(minutes) && Number(minutes) >= 5 && Number(minutes) <= 1440;
  check(minutes === undefined || isMinutes, 'expirationMinutes', minutes, 'an integer from 5 to 1440');
  check(onRejected === undefined || typeof onRejected === 'function', 'onRejected', onRejected, 'a function');
  return { ...settings, base: readBase(url, 'url') };
}

/** The status is 200 for everything that the back end itself answers. */
async function readToken(response: Response, onRejected: LightNapSettings['onRejected']): Promise<string | null> {
  const { type, result, errorMessages } = parseRecord(await response.text()) ?? {};
  if (type === 'Error') {
    const error = new LightNapRejected(Array.isArray(errorMessages) ? errorMessages.map(String) : []);
    // Outside the refresh: one that throws is reported by the browser, and does not turn the refusal into a passing fault.
    if (onRejected) queueMicrotask(() => onRejected(error));
    throw error;
  }
  if (type === 'UnexpectedError') throw failed();
  // An empty one says that nobody is signed in. Nothing at all is not an answer.
  return type === 'Success' && typeof result === 'string' ? result : (undefined as unknown as null);
}

/** An endpoint would do, but for a back end that fails with the status 200. */
function createSignOut(url: string): SignOutFunction {
  // Taken once, so that a page may put `session.fetch` in the global one's place.
  const send = globalThis.fetch;
  return async ({ signal }) => {
    const init: RequestInit = { credentials: 'include', redirect: 'error', cache: 'no-store', signal };
    const response = await send(url, { ...init, referrerPolicy: 'no-referrer' });
    if (!response.ok) throw Object.assign(new Error(`the sign-out was answered with ${response.status}`), { response });
    if (parseRecord(await response.text())?.type !== 'Success') throw failed();
  };
}

/** An exception that nobody caught in the back end: the database is away, for one. A passing fault. */
function failed(): Error {
  return Object.assign(new Error('the back end failed'), { status: 500 });
}
