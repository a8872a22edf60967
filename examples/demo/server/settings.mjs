// @ts-check

/**
 * @typedef {'refresh' | 'signOut' | 'api'} FaultTarget
 *
 * @typedef {object} Fault
 * @property {string} kind one of FAULT_KINDS
 * @property {number | null} count the next so many requests; null: until it is switched off
 * @property {number | null} retryAfter seconds in the Retry-After header; null: no header
 * @property {'seconds' | 'date'} retryAfterFormat
 * @property {number} delayMs for `slow`
 *
 * @typedef {object} Settings
 * @property {number | null} tokenLifetime seconds; null: access tokens have no `exp`
 * @property {number} refreshTokenLifetime seconds
 * @property {number} reuseInterval seconds for which a refresh token that was used may be used again, as some servers allow
 * @property {number | null} sessionMaximum seconds from the sign-in, which also cap `exp`; null: none
 * @property {number} skew seconds by which the server's clock is wrong
 * @property {Record<FaultTarget, Fault>} faults
 */

export const FAULT_KINDS = [
  'none',
  // Answered without a look at the request:
  '400',
  '401',
  '403',
  '404',
  '408',
  '425',
  '429',
  '500',
  '502',
  '503',
  'invalid_grant',
  'html',
  'empty',
  // Not looked at, and not answered: the request hangs, or its connection is cut.
  'hang',
  'drop',
  // Carried out (a refresh token is used up), then answered late, on POST /demo/release, or never:
  'slow',
  'hold',
  'drop-after',
];

/** @type {FaultTarget[]} */
export const FAULT_TARGETS = ['refresh', 'signOut', 'api'];

const DAY = 86_400;

/** @returns {Settings} */
export function defaultSettings() {
  return {
    tokenLifetime: 20,
    refreshTokenLifetime: 1800,
    reuseInterval: 0,
    sessionMaximum: null,
    skew: 0,
    faults: { refresh: parseFault('none'), signOut: parseFault('none'), api: parseFault('none') },
  };
}

/** The settings with a patch laid over them. Throws a SettingError and changes nothing when the patch is wrong.
 * @param {Settings} settings
 * @param {unknown} patch
 * @returns {Settings} */
export function patchSettings(settings, patch) {
  const next = { ...settings, faults: { ...settings.faults } };
  for (const [name, value] of entriesOf('settings', patch)) {
    switch (name) {
      case 'tokenLifetime':
        next.tokenLifetime = value === null ? null : wholeNumber(name, value, 1, 10_000 * DAY);
        break;
      case 'refreshTokenLifetime':
        next.refreshTokenLifetime = wholeNumber(name, value, 1, 10_000 * DAY);
        break;
      case 'reuseInterval':
        next.reuseInterval = wholeNumber(name, value, 0, DAY);
        break;
      case 'sessionMaximum':
        next.sessionMaximum = value === null ? null : wholeNumber(name, value, 1, 10_000 * DAY);
        break;
      case 'skew':
        next.skew = wholeNumber(name, value, -10_000 * DAY, 10_000 * DAY);
        break;
      case 'faults':
        for (const [target, fault] of entriesOf(name, value)) {
          next.faults[oneOf('faults', target, FAULT_TARGETS)] = parseFault(fault);
        }
        break;
      default:
        throw new SettingError(`${name}: no such setting`);
    }
  }
  return next;
}

/** The fault that the next request for a target meets, counted down; undefined when there is none.
 * @param {Settings} settings
 * @param {FaultTarget} target
 * @returns {Fault | undefined} */
export function takeFault(settings, target) {
  const fault = settings.faults[target];
  if (fault.kind === 'none') return undefined;
  if (fault.count !== null) {
    const left = fault.count - 1;
    settings.faults[target] = left > 0 ? { ...fault, count: left } : parseFault('none');
  }
  return fault;
}

export class SettingError extends Error {
  /** @override */
  name = 'SettingError';
}

/** @param {unknown} value a kind, or an object with a kind
 * @returns {Fault} */
function parseFault(value) {
  /** @type {Record<string, unknown>} */
  const given = typeof value === 'string' ? { kind: value } : Object.fromEntries(entriesOf('fault', value));
  const kind = oneOf('fault.kind', given.kind, FAULT_KINDS);
  const { count = null, retryAfter = kind === '429' ? 5 : null, retryAfterFormat = 'seconds', delayMs = 3000 } = given;
  return {
    kind,
    count: count === null ? null : wholeNumber('fault.count', count, 1, 1_000_000),
    retryAfter: retryAfter === null ? null : wholeNumber('fault.retryAfter', retryAfter, 0, DAY),
    retryAfterFormat: oneOf('fault.retryAfterFormat', retryAfterFormat, ['seconds', 'date']),
    delayMs: wholeNumber('fault.delayMs', delayMs, 0, DAY * 1000),
  };
}

/** @param {string} name
 * @param {unknown} value
 * @returns {[string, unknown][]} */
function entriesOf(name, value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SettingError(`${name}: must be an object`);
  }
  return Object.entries(value);
}

/** @param {string} name
 * @param {unknown} value
 * @param {number} least
 * @param {number} most
 * @returns {number} */
export function wholeNumber(name, value, least, most) {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new SettingError(`${name}: must be a whole number from ${least} to ${most}`);
}

/** @template {string} T
 * @param {string} name
 * @param {unknown} value
 * @param {readonly T[]} allowed
 * @returns {T} */
function oneOf(name, value, allowed) {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new SettingError(`${name}: must be one of ${allowed.join(', ')}`);
  return found;
}
