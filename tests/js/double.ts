import type { Core, EventRecord, Failure, Host, Loop, LoopEvent, Report } from '../../js/boundary.js';
import { EvertokenError } from '../../js/errors.js';
import * as on from '../../js/loop-events.js';
import { readParts } from '../../js/parts.js';
import { createSession } from '../../js/session.js';
import { openStore } from '../../js/storage.js';
import type { Options, Session } from '../../js/types.js';

/** What an event is called. */
export const nameOf = (event: LoopEvent): string =>
  (Object.entries(on).find(([, number]) => number === event) as [string, number])[0];

/** What a test sees of the loop in wasm, and how it plays its part. */
export class LoopDouble implements Loop {
  /** The names of the calls that crossed into wasm. */
  readonly calls: string[] = [];
  readonly waiting: number[] = [];
  /** What it was told of requests: how, which attempt, and what became of it. */
  readonly reports: [how: string, attempt: number, report: Report][] = [];
  onCheck: () => void = () => {};
  onSignIn: (tokens: unknown) => void = () => {};
  readonly options: Options;
  readonly abilities: number;
  readonly kept: string | undefined;
  readonly host: Host;
  #token: string | undefined;

  constructor(options: Options, abilities: number, kept: string | undefined, host: Host) {
    this.options = options;
    this.abilities = abilities;
    this.kept = kept;
    this.host = host;
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
    for (const caller of this.waiting.splice(0)) this.host.settle({ caller, token });
  }

  fail(failure: Failure) {
    for (const caller of this.waiting.splice(0)) this.host.settle({ caller, ...failure });
  }

  handle(event: LoopEvent, about = 0, record: EventRecord = {}) {
    if (event === on.answered || event === on.signedOut || event === on.probed) {
      this.reports.push([nameOf(event), about, record as unknown as Report]);
      return undefined;
    }
    this.calls.push(nameOf(event));
    this.#react[event]?.(about, record);
    return undefined;
  }

  readonly #react: Partial<Record<LoopEvent, (caller: number, record: EventRecord) => void>> = {
    [on.ask]: (caller) => this.#waitFor(caller, this.#token === undefined),
    [on.refresh]: (caller, { failedToken }) => this.refresh(caller, failedToken),
    [on.forget]: (caller) => this.waiting.splice(this.waiting.indexOf(caller), 1),
    [on.signIn]: (_, { answer }) => this.onSignIn(answer),
    [on.check]: () => this.onCheck(),
    [on.signOut]: (caller) => {
      this.end();
      this.host.settle({ caller });
    },
  };

  /** A test may put another in its place. */
  refresh(caller: number, failedToken: unknown) {
    this.#waitFor(caller, this.#token === undefined || failedToken === undefined || failedToken === this.#token);
  }

  #waitFor(caller: number, waits: boolean) {
    if (waits) this.waiting.push(caller);
    else this.host.settle({ caller, token: this.#token as string });
  }
}

/** What plays the part of the wasm. */
export class CoreDouble implements Core {
  readonly loops: LoopDouble[] = [];
  readonly claimsRead: string[] = [];
  /** Runs in the middle of a start. */
  onStart: (loop: LoopDouble) => void = (loop) => {
    loop.host.snapshot({ status: 'starting', refresh: 'idle', generation: 0, attempts: 0 });
  };

  startLoop(options: object, abilities: number, kept: string | undefined, host: Host): Loop {
    const loop = new LoopDouble(options as Options, abilities, kept, host);
    this.loops.push(loop);
    this.onStart(loop);
    return loop;
  }

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
    throw new EvertokenError('ERR_INVALID_DURATION', 'not a duration');
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
