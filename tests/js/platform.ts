import type { Platform } from '../../js/platform.js';

/** A device of the tests' own: its clocks stand still but for {@link FakePlatform.pass}, and its events are the tests'. */
export class FakePlatform implements Platform {
  wall = 1_700_000_000_000;
  mono = 5_000;
  online = true;
  visible = true;
  readonly events = new EventTarget();
  readonly hasOrigin: boolean = false;
  readonly locks: LockManager | undefined = undefined;
  readonly indexedDB = {} as IDBFactory;
  /** When each timer that is set will come, on the monotonic clock. */
  readonly timers = new Map<number, { readonly at: number; readonly run: () => void }>();
  #last = 0;

  now = () => this.wall;
  monotonic = () => this.mono;
  random = () => 0.5;
  isOnline = () => this.online;
  isVisible = () => this.visible;
  openChannel = (): BroadcastChannel => {
    throw new Error('no channel here');
  };

  setTimeout = (run: () => void, after: number) => {
    this.timers.set(++this.#last, { at: this.mono + after, run });
    return this.#last;
  };

  clearTimeout = (timer: unknown) => void this.timers.delete(timer as number);

  /** Both clocks go on by so many ms, and the timers come at their time. */
  pass(ms: number) {
    const until = this.mono + ms;
    for (;;) {
      const [next] = [...this.timers].sort(([, one], [, other]) => one.at - other.at);
      if (!next || next[1].at > until) break;
      this.#goTo(next[1].at);
      this.timers.delete(next[0]);
      next[1].run();
    }
    this.#goTo(until);
  }

  #goTo(mono: number) {
    this.wall += mono - this.mono;
    this.mono = mono;
  }

  dispatch(type: string, timeStamp = this.mono) {
    this.events.dispatchEvent(Object.defineProperty(new Event(type), 'timeStamp', { value: timeStamp }));
  }
}
