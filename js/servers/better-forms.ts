import { check } from '../errors.js';
import { isRecord, readFields } from '../names.js';
import type { FixedOptions } from '../types.js';
import { readBase } from './address.js';
import { justIssued, postCredentials, readCredentials, type SignedIn, type SignInOptions } from './sign-in.js';

export type { SignedIn, SignInFailure, SignInFailureKind, SignInOptions } from './sign-in.js';
export { SignInFailed } from './sign-in.js';

/** A BetterForms site. What its administrator sets as Token Expiry, each token says itself. */
export interface BetterFormsSettings {
  /** Where its API is, such as `'https://forms.example.com'`. */
  url: string | URL;
  /**
   * What the site's tokens have as `aud`, character by character; a site with several domains has several. Whether that is
   * a host, a host with a port or an origin is not documented: look into a token. A token for none of these is refused
   * before it is used. Default: any.
   */
  audience?: string | readonly string[] | undefined;
}

/** What a person signs in with. */
export interface BetterFormsCredentials {
  /** The e-mail address. */
  email: string;
  /** The password. */
  password: string;
}

/**
 * Options of `startRefreshLoop` for a BetterForms site, to be spread beside your own. It has no refresh: the session lives
 * as long as its token.
 *
 * Throws `ERR_UNKNOWN_OPTION` and `ERR_INVALID_OPTION`.
 */
export function betterForms(settings: BetterFormsSettings): FixedOptions {
  const { base, audience } = readSettings(settings);
  return {
    refresh: false,
    allowedOrigins: [new URL(base).origin],
    ...(audience !== undefined && { expectedAudience: audience }),
  };
}

/**
 * Signs a person in: `session.setTokens(result.tokens)` begins the session.
 *
 * Rejects with a {@link SignInFailed}, `ERR_UNKNOWN_OPTION`, `ERR_INVALID_OPTION`, or `signal.reason`.
 */
export async function signIn(
  settings: BetterFormsSettings,
  credentials: BetterFormsCredentials,
  { signal }: SignInOptions = {},
): Promise<SignedIn> {
  const { base } = readSettings(settings);
  const { email, password } = readCredentials(credentials, ['email', 'password']);
  const { answer, fail } = await postCredentials({
    url: `${base}/authentication`,
    body: { strategy: 'local', email, password },
    secret: password as string,
    wordsIn: ({ message }) => message,
    signal,
  });
  const { accessToken } = answer;
  if (typeof accessToken !== 'string' || !accessToken) throw fail('unreadable');
  return { tokens: justIssued(accessToken) };
}

function readSettings(settings: BetterFormsSettings) {
  check(isRecord(settings), 'settings', settings, 'an object with url');
  const { url, audience } = readFields(settings, '', ['url', 'audience']);
  const list = Array.isArray(audience) ? audience : [audience];
  const isAudience = list.length > 0 && list.every((value) => typeof value === 'string' && value);
  check(audience === undefined || isAudience, 'audience', audience, 'a string, or an array of strings');
  return { base: readBase(url, 'url'), audience: settings.audience };
}
