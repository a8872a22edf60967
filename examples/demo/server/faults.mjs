// @ts-check
import { setTimeout as delay } from 'node:timers/promises';
import { text } from './answers.mjs';
import { unauthorized } from './api.mjs';
import { refusal } from './oauth.mjs';

/**
 * @typedef {import('./answers.mjs').Answer} Answer
 * @typedef {Answer | 'hang' | 'drop'} Fate what becomes of a request: an answer, none ever, or a cut connection
 */

/** Answers that the fault `hold` keeps back until they are released. */
export class Held {
  /** @type {Set<() => void>} */
  #waiting = new Set();

  get count() {
    return this.#waiting.size;
  }

  /** @returns {Promise<void>} */
  wait() {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /** Says how many there were. */
  release() {
    const { size } = this.#waiting;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
    return size;
  }
}

/** Carries a request out under a fault, or does not.
 * @param {import('./settings.mjs').Fault} fault
 * @param {() => Answer | Promise<Answer>} handle
 * @param {Held} held
 * @param {number} now the server's own time, ms since the epoch
 * @returns {Promise<Fate>} */
export async function carryOut(fault, handle, held, now) {
  switch (fault.kind) {
    case 'hang':
    case 'drop':
      return fault.kind;
    case 'drop-after':
      await handle();
      return 'drop';
    case 'slow': {
      const answer = await handle();
      await delay(fault.delayMs, undefined, { ref: false });
      return answer;
    }
    case 'hold': {
      const answer = await handle();
      await held.wait();
      return answer;
    }
    case 'html':
      return {
        ...text(200, '<!doctype html><title>Welcome to the guest network</title>', {
          'Content-Type': 'text/html; charset=utf-8',
        }),
        outcome: 'faulted',
      };
    case 'empty':
      return { ...text(200, ''), outcome: 'faulted' };
    case '401':
      return unauthorized('faulted');
    case 'invalid_grant':
      return { ...refusal(400, 'invalid_grant', 'the refresh token is refused'), outcome: 'faulted' };
    default:
      return { ...text(Number(fault.kind), MESSAGES[fault.kind] ?? '', retryAfter(fault, now)), outcome: 'faulted' };
  }
}

/** @type {Record<string, string>} */
const MESSAGES = {
  400: 'Bad request.',
  403: 'Forbidden.',
  404: 'Not found.',
  408: 'The request took too long.',
  425: 'Too early.',
  429: 'Too many requests.',
  500: 'Something went wrong.',
  502: 'Nobody answers behind this gateway.',
  503: 'Down for maintenance.',
};

/** @param {import('./settings.mjs').Fault} fault
 * @param {number} now
 * @returns {Record<string, string>} */
function retryAfter({ retryAfter: seconds, retryAfterFormat }, now) {
  if (seconds === null) return {};
  return {
    'Retry-After': retryAfterFormat === 'date' ? new Date(now + seconds * 1000).toUTCString() : String(seconds),
  };
}
