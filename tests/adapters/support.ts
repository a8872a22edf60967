import type { Session } from '../../js/index.js';

/** An unsigned JWT. */
export function jwt(sub: string, lifetime = 3600): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iat = Math.floor(Date.now() / 1000);
  return `${part({ alg: 'none' })}.${part({ sub, iat, exp: iat + lifetime })}.`;
}

/** Counts who listens to a session from now on. */
export function listenersOf(session: Session): { readonly count: number } {
  const { subscribe, on } = session;
  const listeners = new Set<object>();
  const counted = (off: () => void) => {
    const listener = {};
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      off();
    };
  };
  session.subscribe = (listener) => counted(subscribe(listener));
  session.on = (type, listener, options) => counted(on(type, listener, options));
  return {
    get count() {
      return listeners.size;
    },
  };
}
