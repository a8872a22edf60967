import { type Failure, type Glue, type Host, type Loop, messageOf, toError } from './boundary.js';
import { give, take } from './io.js';
import * as on from './loop-events.js';
import { isRecord } from './names.js';
import { listenToSignals } from './signals.js';
import { fromText, toText } from './stored.js';

/** Starts a session in wasm and drives it: clocks, one timer, the signals, and what it wants done, which is the host's. */
export function startLoop(
  glue: Glue,
  options: Readonly<Record<string, unknown>>,
  abilities: number,
  kept: string | undefined,
  host: Host,
): Loop {
  give(options);
  const session = glue.create(abilities, Math.random(), Date.now(), performance.now());
  const { tracksInput, warnings, ...failure } = take();
  if (session < 0) throw toError(failure as unknown as Failure);

  const stopped = new AbortController();
  let shown: string | undefined;
  let latest: object = {};
  let isDraining = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wakeAt = Number.NaN;
  let isReleased = false;

  const handle: Loop['handle'] = (event, about = 0, { answer, ...record } = {}) => {
    if (isReleased) return undefined;
    if (host.comeBack()) handle(on.resumed);
    if (event === on.stop) stopped.abort();
    const [wall, mono] = [Date.now(), performance.now()];
    give({ ...record, answer: asTokenSet(answer) });
    const usableFor = glue.handle(session, event, about, wall, mono);
    const { accessToken, idToken, snapshot, unusable, record: shared, ...failure } = take();
    if (Number.isNaN(usableFor)) throw toError(failure as unknown as Failure);
    if (unusable && event === on.start) warnOfStore();
    if (failure.message) host.warn(messageOf(failure as unknown as Failure));
    // At once, also for a call from inside a listener.
    host.hold(accessToken as string | undefined, idToken as string | undefined);
    host.usable(usableFor < 0 ? -1 : wall + usableFor, usableFor < 0 ? -1 : mono + usableFor);
    latest = snapshot as object;
    drain();
    return shared as object | undefined;
  };

  /** Tells what has changed and does what is to be done, in order: what a call from inside brings comes after what is under way. */
  const drain = () => {
    if (isDraining) return;
    isDraining = true;
    do {
      const text = JSON.stringify(latest);
      if (text !== shown) {
        shown = text;
        host.snapshot(latest);
      }
    } while (carryOutNext());
    isDraining = false;
    // After a stop only what is under way has a wake.
    if (stopped.signal.aborted && Number.isNaN(wakeAt)) {
      isReleased = true;
      glue.release(session);
      host.release();
    }
  };

  const carryOutNext = () => {
    if (!glue.poll(session)) return false;
    const { effect, ...details } = take();
    if (effect === 'wake') wake(details.after as number | undefined);
    else if (effect === 'save') host.save(toText(details));
    else host[effect as 'probe'](details as never);
    return true;
  };

  /** One timer. One that is set already for the same moment stays. */
  const wake = (after: number | undefined) => {
    const at = performance.now() + (after ?? Number.NaN);
    if (Math.abs(at - wakeAt) < 1) return;
    clearTimeout(timer);
    wakeAt = at;
    if (after === undefined) return;
    // Rounded up: a timer that comes too early finds nothing to do and must be set again.
    timer = setTimeout(() => {
      wakeAt = Number.NaN;
      handle(on.check);
    }, Math.ceil(after));
    // Node's: it does not keep the process alive.
    (timer as { unref?(): void }).unref?.();
  };

  const warnOfStore = () =>
    host.warn('dropped what the store held: this version or these options cannot use it (STORE_UNREADABLE)');

  for (const warning of (warnings ?? []) as Failure[]) host.warn(messageOf(warning));
  const stored = fromText(kept);
  if (kept !== undefined && !stored) warnOfStore();
  if (globalThis.navigator?.onLine === false) handle(on.offline);
  try {
    handle(on.start, 0, { answer: options.tokens, stored });
  } catch (error) {
    host.release();
    throw error;
  }
  listenToSignals(!!tracksInput, stopped.signal, handle);

  return { handle };
}

/** A bare token is a token set. Of anything else a copy: a getter, or a proxy, that ran while wasm reads could call the loop. */
function asTokenSet(answer: unknown): unknown {
  if (typeof answer === 'string') return { accessToken: answer };
  return isRecord(answer)
    ? Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, flat(value)]))
    : answer;
}

/** No field of a token set is an object; which kind it was is all that an error tells. */
function flat(value: unknown): unknown {
  return Array.isArray(value) ? [] : isRecord(value) ? {} : value;
}
