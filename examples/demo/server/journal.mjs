// @ts-check

/**
 * @typedef {'sign-in' | 'refresh' | 'sign-out' | 'revocation' | 'api' | 'other'} RequestKind
 *
 * @typedef {object} Entry one request; never a token in it
 * @property {number} id
 * @property {number} at when it came, ms since the epoch, by the machine's clock
 * @property {number} serverAt the same by the server's shifted clock, without its skew
 * @property {RequestKind} kind
 * @property {'cookie' | 'oauth' | null} by
 * @property {string} method
 * @property {string} path
 * @property {string | null} fault
 * @property {import('./answers.mjs').Outcome | null} outcome what the server did; null while it has not, or never will
 * @property {string | null} session the session's id
 * @property {number | null} status null while unanswered, or when it was never answered
 * @property {number | null} endedAt when its connection was done with it, answered or not
 */

const MOST_ENTRIES = 20_000;

/** The log of requests, and the counts. */
export class Journal {
  /** @type {Entry[]} */
  #entries = [];
  #lastId = 0;
  #counts = noCounts();

  /** @param {Pick<Entry, 'at' | 'serverAt' | 'kind' | 'by' | 'method' | 'path' | 'fault'>} request
   * @returns {Entry} */
  open(request) {
    this.#lastId += 1;
    /** @type {Entry} */
    const entry = { id: this.#lastId, ...request, outcome: null, session: null, status: null, endedAt: null };
    this.#entries.push(entry);
    if (this.#entries.length > MOST_ENTRIES) this.#entries.shift();
    return entry;
  }

  /** Notes and counts what the server has done with a request, before the answer leaves.
   * @param {Entry} entry
   * @param {import('./answers.mjs').Outcome} outcome
   * @param {string} [session] */
  settle(entry, outcome, session) {
    entry.outcome = outcome;
    entry.session = session ?? null;
    const counts = this.#counts;
    if (outcome === 'reused') counts.reuseDetected += 1;
    switch (entry.kind) {
      case 'api':
        if (outcome === 'accepted' || outcome === 'faulted') counts.api[outcome] += 1;
        else {
          counts.api.rejected += 1;
          if (outcome === 'expired' || outcome === 'missing' || outcome === 'invalid')
            counts.api.rejectedAs[outcome] += 1;
        }
        break;
      case 'refresh':
        if (entry.by) counts.refreshes[entry.by][summaryOf(outcome)] += 1;
        break;
      case 'sign-in':
        counts.signIns[summaryOf(outcome)] += 1;
        break;
      case 'sign-out':
        counts.signOuts[summaryOf(outcome)] += 1;
        break;
      case 'revocation':
        counts.revocations[summaryOf(outcome)] += 1;
        break;
    }
  }

  counts() {
    return structuredClone(this.#counts);
  }

  /** Of the sign-ins and refreshes in the log, by session: how many came, how many token sets went out, and how many
   * refresh tokens came again.
   * @returns {{ session: string, requests: number, generations: number, reuses: number }[]} oldest first */
  sessions() {
    const sessions = new Map();
    for (const { kind, session, outcome } of this.#entries) {
      if (session === null || (kind !== 'sign-in' && kind !== 'refresh')) continue;
      const counts = sessions.get(session) ?? { session, requests: 0, generations: 0, reuses: 0 };
      counts.requests += 1;
      if (outcome === 'accepted') counts.generations += 1;
      if (outcome === 'reused') counts.reuses += 1;
      sessions.set(session, counts);
    }
    return [...sessions.values()];
  }

  /** @param {{ kind?: string | null, after?: number }} [filter]
   * @returns {Entry[]} */
  entries({ kind, after = 0 } = {}) {
    return this.#entries
      .filter((entry) => entry.id > after && (!kind || entry.kind === kind))
      .map((entry) => ({ ...entry }));
  }

  clear() {
    this.#entries = [];
    this.#counts = noCounts();
  }
}

/** @param {import('./answers.mjs').Outcome} outcome */
function summaryOf(outcome) {
  return outcome === 'accepted' || outcome === 'faulted' ? outcome : 'rejected';
}

function noCounts() {
  const none = () => ({ accepted: 0, rejected: 0, faulted: 0 });
  return {
    signIns: none(),
    refreshes: { cookie: none(), oauth: none() },
    api: { ...none(), rejectedAs: { expired: 0, missing: 0, invalid: 0 } },
    signOuts: none(),
    revocations: none(),
    reuseDetected: 0,
  };
}
