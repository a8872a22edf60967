// @ts-check

/**
 * The server's clock. `now()` is the time by which sessions live and die; `stated()` is the time
 * the server believes it is, and puts in tokens and in the Date header. They differ by the skew,
 * so that a server with a wrong clock keeps its sessions.
 */
export class ServerClock {
  #offsetMs = 0;
  /** @type {number | undefined} */
  #frozenAt;
  #skewSeconds;

  /** @param {() => number} skewSeconds read at every call */
  constructor(skewSeconds) {
    this.#skewSeconds = skewSeconds;
  }

  /** Milliseconds since the epoch. */
  now() {
    return (this.#frozenAt ?? Date.now()) + this.#offsetMs;
  }

  /** Milliseconds since the epoch, by the server's own wrong clock. */
  stated() {
    return this.now() + this.#skewSeconds() * 1000;
  }

  /** Lets time pass at once, or holds it still. Says what the clock shows afterwards.
   * `reachMs` is a time to go on to, unless it has passed.
   * @param {{ offsetMs?: number, advanceMs?: number, reachMs?: number, frozen?: boolean }} change */
  set({ offsetMs, advanceMs, reachMs, frozen }) {
    if (offsetMs !== undefined) this.#offsetMs = offsetMs;
    if (advanceMs !== undefined) this.#offsetMs += advanceMs;
    if (reachMs !== undefined) this.#offsetMs += Math.max(reachMs - this.now(), 0);
    if (frozen !== undefined) this.#frozenAt = frozen ? (this.#frozenAt ?? Date.now()) : undefined;
    return this.reading();
  }

  reading() {
    return {
      now: this.now(),
      stated: this.stated(),
      offsetMs: this.#offsetMs,
      frozen: this.#frozenAt !== undefined,
    };
  }
}
