/** `error`: it does not work. `warning`: it will surprise. `info`: good to know. */
export type Severity = 'error' | 'warning' | 'info';

/** Every code that a {@link Finding} may have; `docs/check.md` says more of each. */
export type FindingCode =
  | 'UNKNOWN_OPTION'
  | 'INVALID_OPTION'
  | 'UNREADABLE_DURATION'
  | 'EXPIRED_WHEN_ISSUED'
  | 'LIFETIME_OUT_OF_RANGE'
  | 'SIGNING_KEY_TOO_SHORT'
  | 'SIGNING_KEY_IS_DEFAULT'
  | 'LOOKS_LIKE_MILLISECONDS'
  | 'SECONDS_BECOME_MILLISECONDS'
  | 'READ_OTHERWISE'
  | 'NO_EXPIRATION'
  | 'WINDOW_OVER_LIFETIME'
  | 'WINDOW_OVER_IDLE_TIMEOUT'
  | 'IDLE_TIMEOUT_OVER_LIFESPAN'
  | 'CHECK_INTERVAL_OVER_WINDOW'
  | 'NO_REFRESH_WINDOW'
  | 'REFRESH_AFTER_SERVER_IDLE'
  | 'MAXIMUM_OVER_A_DAY'
  | 'NO_SIGN_OUT'
  | 'NO_AUDIENCE_CHECK'
  | 'NO_WAY_TO_REFRESH'
  | 'PLAIN_HTTP'
  | 'WINDOW_ADAPTED'
  | 'LIFETIME_NOT_RECOMMENDED'
  | 'PANEL_KEEPS_OLD_VALUE';

/** The severity of each code. */
export const findingCodes: Readonly<Record<FindingCode, Severity>> = {
  UNKNOWN_OPTION: 'error',
  INVALID_OPTION: 'error',
  UNREADABLE_DURATION: 'error',
  EXPIRED_WHEN_ISSUED: 'error',
  LIFETIME_OUT_OF_RANGE: 'error',
  SIGNING_KEY_TOO_SHORT: 'error',
  SIGNING_KEY_IS_DEFAULT: 'error',
  LOOKS_LIKE_MILLISECONDS: 'warning',
  SECONDS_BECOME_MILLISECONDS: 'warning',
  READ_OTHERWISE: 'warning',
  NO_EXPIRATION: 'warning',
  WINDOW_OVER_LIFETIME: 'warning',
  WINDOW_OVER_IDLE_TIMEOUT: 'warning',
  IDLE_TIMEOUT_OVER_LIFESPAN: 'warning',
  CHECK_INTERVAL_OVER_WINDOW: 'warning',
  NO_REFRESH_WINDOW: 'warning',
  REFRESH_AFTER_SERVER_IDLE: 'warning',
  MAXIMUM_OVER_A_DAY: 'warning',
  NO_SIGN_OUT: 'warning',
  NO_AUDIENCE_CHECK: 'warning',
  NO_WAY_TO_REFRESH: 'warning',
  PLAIN_HTTP: 'warning',
  WINDOW_ADAPTED: 'info',
  LIFETIME_NOT_RECOMMENDED: 'info',
  PANEL_KEEPS_OLD_VALUE: 'info',
};

/** Something that is wrong, or will surprise. */
export interface Finding {
  /** What it is, for a program. */
  readonly code: FindingCode;
  /** How bad it is; the same for every finding of a code. */
  readonly severity: Severity;
  /** The option, or the server's setting, that it is about. */
  readonly option: string;
  /** What happens, and what to do. It holds no key and no token. */
  readonly message: string;
}

/** Takes note of a finding. */
export type Tell = (code: FindingCode, option: string, message: string) => void;
