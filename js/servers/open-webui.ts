import { check } from '../errors.js';
import { isRecord, readFields } from '../names.js';
import type { FixedOptions } from '../types.js';
import { readBase } from './address.js';
import {
  justIssued,
  type NextStep,
  postCredentials,
  readCredentials,
  type SignedIn,
  type SignInOptions,
} from './sign-in.js';

export type { NextStep, SignedIn, SignInFailure, SignInFailureKind, SignInOptions } from './sign-in.js';
export { SignInFailed } from './sign-in.js';

/** Where an Open WebUI is. What its administrator sets, `JWT_EXPIRES_IN`, each token says itself. */
export interface OpenWebUiSettings {
  /** Where it is: `'/'` where it serves the page too, else such as `'https://chat.example.com'`. */
  url: string | URL;
}

/** What a person signs in with. */
export interface OpenWebUiCredentials {
  /** The e-mail address. */
  email: string;
  /** The password. */
  password: string;
}

/**
 * Options of `startRefreshLoop` for an Open WebUI, to be spread beside your own. It has no refresh: the session lives as
 * long as its token, and on a 401 the server is asked once more before it ends.
 *
 * Throws `ERR_UNKNOWN_OPTION` and `ERR_INVALID_OPTION`.
 */
export function openWebUi(settings: OpenWebUiSettings): FixedOptions {
  const base = readSettings(settings);
  return {
    refresh: false,
    probe: { endpoint: `${base}/api/v1/auths/` },
    signOut: { endpoint: `${base}/api/v1/auths/signout` },
    allowedOrigins: [new URL(base).origin],
  };
}

/**
 * Signs a person in: `session.setTokens(result.tokens)` begins the session. With the next step `'verify'`, `'enroll'` or
 * `'recover'` (a second factor) or `'pending'` (an administrator has to let the person in) nobody is signed in yet.
 *
 * Rejects with a {@link SignInFailed}, `ERR_UNKNOWN_OPTION`, `ERR_INVALID_OPTION`, or `signal.reason`.
 */
export async function signIn(
  settings: OpenWebUiSettings,
  credentials: OpenWebUiCredentials,
  { signal }: SignInOptions = {},
): Promise<SignedIn | NextStep> {
  const base = readSettings(settings);
  const { email, password } = readCredentials(credentials, ['email', 'password']);
  const { answer, fail } = await postCredentials({
    url: `${base}/api/v1/auths/signin`,
    body: { email, password },
    secret: password as string,
    wordsIn: ({ detail }) => detail,
    signal,
  });
  const { next_step: nextStep, token } = answer;
  if (typeof nextStep === 'string') return { nextStep, answer };
  if (typeof token !== 'string' || !token) throw fail('unreadable');
  return { tokens: justIssued(token) };
}

function readSettings(settings: unknown): string {
  check(isRecord(settings), 'settings', settings, 'an object with url');
  return readBase(readFields(settings, '', ['url']).url, 'url');
}
