// @ts-check
import { now, span } from './format.js';

/** The status cards. Each shows a text, and holds its plain value in `data-value`. */
export class Cards {
  #place;
  /** @type {import('evertoken').Snapshot | undefined} */
  #snapshot;
  /** Which tab made the last refresh, where there was one. */
  #by = '';

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
    setInterval(() => this.#draw(), 250);
  }

  /** @param {import('evertoken').Snapshot | undefined} snapshot
   * @param {string} [by] */
  show(snapshot, by = this.#by) {
    this.#snapshot = snapshot;
    this.#by = by;
    this.#draw();
  }

  #draw() {
    const snapshot = this.#snapshot;
    if (!snapshot) return;
    const at = now();
    const left = (/** @type {number | undefined} */ time) =>
      snapshot.status === 'ended' || time === undefined ? '–' : span(Math.max(time - at, 0));
    const {
      status,
      refresh,
      reason,
      generation,
      expiresAt,
      dueAt,
      idleEndsAt,
      sessionEndsAt,
      clockSkew,
      attempts,
      retryAt,
      lastFailure,
    } = snapshot;
    this.#set('status', reason ? `${status}: ${reason}` : status, status);
    this.#set(
      'refresh',
      refresh === 'waiting' && retryAt !== undefined ? `waiting, ${left(retryAt)}` : refresh,
      refresh,
    );
    this.#set('failure', failureText(lastFailure, attempts), lastFailure?.kind ?? '');
    this.#set('generation', String(generation), String(generation));
    this.#set('by', this.#by.replace('-', ' ') || '–', this.#by);
    this.#set('left', left(expiresAt), String(expiresAt ?? ''));
    this.#set('due', left(dueAt), String(dueAt ?? ''));
    this.#set('idle', left(idleEndsAt), String(idleEndsAt ?? ''));
    this.#set('maximum', left(sessionEndsAt), String(sessionEndsAt ?? ''));
    this.#set('skew', skewText(clockSkew), String(clockSkew ?? ''));
  }

  /** @param {string} name
   * @param {string} text
   * @param {string} value */
  #set(name, text, value) {
    const card = /** @type {HTMLElement} */ (this.#place.querySelector(`[data-card="${name}"]`));
    const shown = /** @type {HTMLElement} */ (card.querySelector('dd'));
    if (shown.textContent !== text) shown.textContent = text;
    if (card.dataset.value !== value) card.dataset.value = value;
  }
}

/** A rejection counts as no failed attempt: it ends the session.
 * @param {import('evertoken').RefreshFailure | undefined} failure
 * @param {number} attempts */
function failureText(failure, attempts) {
  if (!failure) return '–';
  const text = String(failure.status ?? failure.kind);
  return attempts > 0 ? `${text}, ${attempts}×` : text;
}

/** @param {number | undefined} skew */
function skewText(skew) {
  if (skew === undefined) return '–';
  if (Math.abs(skew) < 2) return 'as this one';
  return skew > 0 ? `+${span(skew)}` : span(skew);
}
