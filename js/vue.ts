import {
  type App,
  type ComputedRef,
  computed,
  effectScope,
  getCurrentScope,
  type InjectionKey,
  inject,
  markRaw,
  onScopeDispose,
  type Plugin,
  type ShallowRef,
  shallowRef,
  watch,
} from 'vue';
import type { Given } from './bearer.js';
import { countdownTo } from './countdown.js';
import type { Claims, Session, Snapshot } from './types.js';

/** The session of an application, in refs. A component is updated when the value of one that it reads changes. */
export interface Evertoken {
  /** The session, once it has started; `undefined` until then and on a server. */
  readonly session: Readonly<ShallowRef<Session | undefined>>;
  /** `'starting'` until the session is there, and on a server. */
  readonly status: ComputedRef<Snapshot['status']>;
  /** The claims of the access token in hand, frozen; `undefined` for an opaque token and without one. Not verified. */
  readonly claims: ComputedRef<Readonly<Claims> | undefined>;
  /**
   * Seconds until the session ends for want of activity, rounded up; `undefined` without such a limit and while nobody is
   * signed in. From the first access on it ticks once a second, until the component is unmounted.
   */
  readonly idleSecondsLeft: Readonly<ShallowRef<number | undefined>>;
  /** The whole snapshot. It changes with every check and activity: read `status` alone where that is enough. */
  readonly snapshot: Readonly<ShallowRef<Snapshot | undefined>>;
}

type Shared = Omit<Evertoken, 'idleSecondsLeft'> & { readonly scope: ReturnType<typeof effectScope> };

const injectionKey: InjectionKey<Shared> = Symbol('evertoken');

/**
 * The plugin that gives an application its session: `app.use(createEvertoken(() => startRefreshLoop(options)))`.
 *
 * A function is called when the plugin is installed, in a browser only, and its session is stopped when the application is
 * unmounted; one that was given ready-made, or as a promise, is left running. A start that fails goes to the application's
 * `errorHandler`, without one it is an unhandled rejection, and the status stays `'starting'`.
 */
export function createEvertoken(given: Given | (() => Given)): Plugin & {
  /** Called by `app.use()`. */
  install(app: App): void;
} {
  return {
    install(app) {
      const session = shallowRef<Session>();
      const snapshot = shallowRef<Snapshot>();
      const status = computed(() => snapshot.value?.status ?? 'starting');
      const claims = computed(() => (snapshot.value ? session.value?.claims : undefined));
      const scope = effectScope(true);
      app.provide(injectionKey, { session, snapshot, status, claims, scope });
      if (typeof document === 'undefined') return;

      const follow = (it: Session) => {
        if (!scope.active) return typeof given === 'function' && it.stop();
        const look = () => {
          snapshot.value = it.snapshot;
        };
        const unsubscribe = it.subscribe(look);
        scope.run(() =>
          onScopeDispose(() => {
            unsubscribe();
            if (typeof given === 'function') it.stop();
          }),
        );
        session.value = markRaw(it);
        return look();
      };
      const start = async () => follow(await (typeof given === 'function' ? given() : given));
      start().catch((error: unknown) => {
        if (!app.config.errorHandler) throw error;
        app.config.errorHandler(error, null, 'the start of the session');
      });

      // `app.onUnmount` came with Vue 3.5.
      const { unmount } = app;
      app.unmount = () => {
        unmount();
        scope.stop();
      };
    },
  };
}

/** The session of the application. To be called in `setup`, or wherever `inject()` may be. Throws without the plugin. */
export function useEvertoken(): Evertoken {
  const shared = inject(injectionKey, undefined);
  if (!shared)
    throw new Error('there is no session here: app.use(createEvertoken(…)) before the application is mounted');
  const { session, snapshot, status, claims } = shared;
  const scope = getCurrentScope() ?? shared.scope;
  let left: Evertoken['idleSecondsLeft'] | undefined;
  return {
    session,
    snapshot,
    status,
    claims,
    get idleSecondsLeft() {
      left ??= scope.run(() => countdown(snapshot));
      return left as Evertoken['idleSecondsLeft'];
    },
  };
}

function countdown(snapshot: Evertoken['snapshot']): Evertoken['idleSecondsLeft'] {
  const left = shallowRef<number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tick = (endsAt: number | undefined) => {
    clearTimeout(timer);
    const { seconds, nextIn = 0 } = countdownTo(endsAt) ?? {};
    left.value = seconds;
    if (nextIn) timer = setTimeout(tick, nextIn, endsAt);
  };
  watch(() => snapshot.value?.idleEndsAt, tick, { immediate: true, flush: 'sync' });
  onScopeDispose(() => clearTimeout(timer));
  return left;
}
