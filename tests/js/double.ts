import type { Core, Failure, Host, Loop } from '../../js/boundary.js';
import { readParts } from '../../js/parts.js';
import { createSession } from '../../js/session.js';
import { openStore } from '../../js/storage.js';
import type { Options, Session } from '../../js/types.js';

type Start = Parameters<Core['RefreshLoop']['start']>;

/** What a test sees of the loop in the module, and how it plays its part. */
export class LoopDouble implements Loop {
  /** The names of the calls that crossed into the module. */
  readonly calls: string[] = [];
  readonly waiting: number[] = [];
  /** What it was told of requests: how, which attempt, and what became of it. */
  readonly reports: [how: string, attempt: number, report: object][] = [];
  onCheck: () => void = () => {};
  onSetTokens: (tokens: unknown) => void = () => {};
  readonly given: Start;
  readonly host: Host;
  #token: string | undefined;

  constructor(given: Start) {
    this.given = given;
    this.host = given[5] as Host;
  }

  /** The token in hand is now this one, usable until the given moments. */
  hold(token: string | undefined, untilWall = Date.now() + 60_000, untilMono = performance.now() + 60_000) {
    this.#token = token;
    this.host.hold(token, token && `id of ${token}`);
    this.host.usable(token === undefined ? -1 : untilWall, token === undefined ? -1 : untilMono);
    this.host.snapshot({
      status: token === undefined ? 'expired' : 'active',
      refresh: 'idle',
      generation: 1,
      attempts: 0,
    });
  }

  end() {
    this.#token = undefined;
    this.host.hold(undefined, undefined);
    this.host.usable(-1, -1);
    this.host.snapshot({ status: 'ended', reason: 'idle', refresh: 'idle', generation: 1, attempts: 0 });
    this.fail({ code: 'ERR_SESSION_ENDED', message: 'the session has ended: idle', reason: 'idle' });
  }

  /** The refresh that all wait for brought this. */
  bring(token: string) {
    this.hold(token);
    for (const caller of this.waiting.splice(0)) this.host.settle(caller, token, undefined);
  }

  fail(failure: Failure) {
    for (const caller of this.waiting.splice(0)) this.host.settle(caller, undefined, failure);
  }

  ask(caller: number) {
    this.calls.push('ask');
    this.#waitFor(caller, this.#token === undefined);
  }

  refresh(caller: number, failedToken?: string | null) {
    this.calls.push('refresh');
    this.onRefresh(caller, failedToken);
  }

  /** A test may put another in its place. */
  onRefresh(caller: number, failedToken: unknown) {
    this.#waitFor(caller, this.#token === undefined || failedToken === undefined || failedToken === this.#token);
  }

  forget(caller: number) {
    this.calls.push('forget');
    this.waiting.splice(this.waiting.indexOf(caller), 1);
  }

  setTokens(tokens: unknown) {
    this.calls.push('setTokens');
    this.onSetTokens(tokens);
  }

  check() {
    this.calls.push('check');
    this.onCheck();
  }

  recordActivity() {
    this.calls.push('recordActivity');
  }

  signOut(caller: number) {
    this.calls.push('signOut');
    this.end();
    this.host.settle(caller, undefined, undefined);
  }

  stop() {
    this.calls.push('stop');
  }

  refreshed = (attempt: number, report: object) => void this.reports.push(['refreshed', attempt, report]);
  signedOut = (attempt: number, report: object) => void this.reports.push(['signedOut', attempt, report]);
  probed = (attempt: number, report: object) => void this.reports.push(['probed', attempt, report]);

  found(): undefined {}
  free() {}
  locked() {}
  lockLost() {}
  received() {}
  synced() {}

  #waitFor(caller: number, waits: boolean) {
    if (waits) this.waiting.push(caller);
    else this.host.settle(caller, this.#token, undefined);
  }
}

/** What plays the part of the module. */
export class CoreDouble implements Core {
  readonly loops: LoopDouble[] = [];
  readonly claimsRead: string[] = [];
  /** Runs in the middle of a start. */
  onStart: (loop: LoopDouble) => void = (loop) => {
    loop.host.snapshot({ status: 'starting', refresh: 'idle', generation: 0, attempts: 0 });
  };

  readonly RefreshLoop = {
    start: (...given: Start): Loop => {
      const loop = new LoopDouble(given);
      this.loops.push(loop);
      this.onStart(loop);
      return loop;
    },
  };

  get loop(): LoopDouble {
    const loop = this.loops.at(-1);
    if (!loop) throw new Error('no loop was started');
    return loop;
  }

  readClaims(jwt: string) {
    this.claimsRead.push(jwt);
    return { sub: 'ada', roles: ['admin'] };
  }

  parseDuration(): number {
    throw { code: 'ERR_INVALID_DURATION', message: 'not a duration' };
  }
}

export const refresh = () => 'a token';

/** A session over a double that holds no token yet. */
export function sessionOverDouble(options: Partial<Options> = {}): {
  session: Session;
  loop: LoopDouble;
  core: CoreDouble;
} {
  const core = new CoreDouble();
  const parts = readParts({ refresh, ...options });
  const store = openStore(parts.storage, parts.name);
  const session = createSession({ core, parts, store, kept: undefined, ready: () => {}, left: () => {} });
  return { session, loop: core.loop, core };
}

/** What `call` throws. */
export function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
