// @ts-check
import { now, span, timeOfDay } from './format.js';

const MOST_ENTRIES = 200;

/** @type {(keyof import('evertoken').SessionEvents)[]} */
const EVENTS = [
  'started',
  'refreshed',
  'expiring',
  'expired',
  'refreshfailed',
  'idlewarning',
  'idlewarningcleared',
  'sessionexpiring',
  'signoutfailed',
  'degraded',
  'ended',
];

/** The event log, newest first. */
export class Log {
  #place;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
  }

  /** Follows a session until the signal aborts.
   * @param {import('evertoken').Session} session
   * @param {AbortSignal} signal */
  follow(session, signal) {
    for (const name of EVENTS) session.on(name, (detail) => this.write(name, details(detail)), { signal });
  }

  /** @param {string} name
   * @param {string} [text] */
  write(name, text = '') {
    const entry = document.createElement('li');
    entry.dataset.event = name;
    entry.append(part('time', timeOfDay(now())), part('strong', name), part('span', text));
    this.#place.prepend(entry);
    while (this.#place.childElementCount > MOST_ENTRIES) this.#place.lastElementChild?.remove();
  }
}

/** What an event brings, in words. Events hold no tokens.
 * @param {object} detail */
function details(detail) {
  return Object.entries(detail)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) =>
      name.endsWith('At') ? `${nameOfTime(name)} in ${span(Math.max(value - now(), 0))}` : `${name} ${value}`,
    )
    .join(', ');
}

/** @param {string} name */
function nameOfTime(name) {
  return name === 'retryAt' ? 'again' : 'ends';
}

/** @param {string} tag
 * @param {string} text */
function part(tag, text) {
  const node = document.createElement(tag);
  node.textContent = text;
  return node;
}
