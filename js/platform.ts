/** What a session takes from the world around it. */
export interface Platform {
  /** The wall clock, in epoch ms. */
  now(): number;
  /** A clock that nobody sets, in ms. */
  monotonic(): number;
  /** From 0 up to, not including, 1. Only for jitter. */
  random(): number;
  setTimeout(run: () => void, after: number): unknown;
  clearTimeout(timer: unknown): void;
  /** Where a window's or a worker's events arrive: `online`, `visibilitychange`, `pagehide`, input and so on. */
  readonly events: EventTarget | undefined;
  isOnline(): boolean;
  isVisible(): boolean;
  /** Whether there may be other tabs: a page or a worker of an origin. */
  readonly hasOrigin: boolean;
  readonly locks: LockManager | undefined;
  openChannel(name: string): BroadcastChannel;
  readonly indexedDB: IDBFactory;
}

/** The option under which a session is given another platform than {@link device}. */
export const platformOption = Symbol.for('evertoken.platform');

const scope = globalThis as Partial<typeof globalThis> & { process?: { versions?: { node?: string } } };

/** The browser's or Node's. Each member looks its global up when it is used, so that importing needs no browser. */
export const device: Platform = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: () => Math.random(),
  setTimeout(run, after) {
    const timer = setTimeout(run, after);
    // Node's: it does not keep the process alive.
    (timer as { unref?(): void }).unref?.();
    return timer;
  },
  clearTimeout: (timer) => clearTimeout(timer as number),
  get events() {
    return scope.addEventListener && globalThis;
  },
  isOnline: () => scope.navigator?.onLine !== false,
  isVisible: () => scope.document?.visibilityState === 'visible',
  get hasOrigin() {
    return !!scope.location && 'indexedDB' in globalThis;
  },
  get locks() {
    return scope.navigator?.locks;
  },
  openChannel: (name) => new BroadcastChannel(name),
  get indexedDB() {
    return indexedDB;
  },
};

/** As the module takes it: a browser's own clocks, timer and signals it reaches by itself. */
export function forModule(platform: Platform): Platform | undefined {
  return platform === device && !scope.process?.versions?.node ? undefined : platform;
}
