// @ts-check
import { now } from './format.js';

/**
 * @typedef {{ generation: number, from: number, dueAt?: number | undefined, until: number, replacedAt?: number }} Token times in epoch seconds
 * @typedef {{ at: number, kind: 'good' | 'adopted' | 'bad' | 'end' }} Mark
 */

const KEPT = 240;

/** What the picture shows of the past. */
export class History {
  /** @type {Token[]} */
  tokens = [];
  /** @type {Mark[]} */
  refreshes = [];
  /** @type {Mark[]} */
  calls = [];

  /** Follows a session until the signal aborts.
   * @param {import('evertoken').Session} session
   * @param {AbortSignal} signal */
  follow(session, signal) {
    this.#see(session.snapshot);
    session.on('change', (snapshot) => this.#see(snapshot), { signal });
    session.on('refreshed', ({ by }) => this.#mark(this.refreshes, by === 'this-tab' ? 'good' : 'adopted'), { signal });
    session.on('refreshfailed', () => this.#mark(this.refreshes, 'bad'), { signal });
    session.on('ended', () => this.#mark(this.refreshes, 'end'), { signal });
  }

  /** @param {boolean} accepted */
  call(accepted) {
    this.#mark(this.calls, accepted ? 'good' : 'bad');
  }

  /** @param {import('evertoken').Snapshot} snapshot */
  #see({ status, generation, expiresAt, dueAt }) {
    const last = this.tokens.at(-1);
    if (status === 'ended') {
      if (last) last.replacedAt ??= now();
    } else if (last && last.generation === generation && last.replacedAt === undefined) {
      last.dueAt = dueAt;
      last.until = expiresAt ?? Infinity;
    } else if (generation > 0 && status === 'active') {
      if (last) last.replacedAt ??= now();
      this.tokens.push({ generation, from: now(), dueAt, until: expiresAt ?? Infinity });
      if (this.tokens.length > KEPT) this.tokens.shift();
    }
  }

  /** @param {Mark[]} marks
   * @param {Mark['kind']} kind */
  #mark(marks, kind) {
    marks.push({ at: now(), kind });
    if (marks.length > KEPT) marks.shift();
  }
}
