import axios, {
  type AxiosAdapter,
  type AxiosInstance,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import { onAbort } from './abort.js';
import { bearerFor, type Given, replacementFor } from './bearer.js';
import type { EvertokenError } from './errors.js';
import type { Session } from './types.js';

declare module 'axios' {
  // biome-ignore lint/suspicious/noExplicitAny: the parameters are those of the interface it adds to
  interface AxiosRequestConfig<D = any, P = any> {
    /** `false`: this request is none of the session's. It gets no bearer, waits for none, and its 401 is left alone. */
    evertoken?: boolean | undefined;
  }
}

/** How long a request waits for a session that is still starting, in ms. */
const patience = 5_000;

/**
 * Gives the requests of an Axios instance that the session allows a bearer (RFC 6750, section 2.1). On a 401 it refreshes,
 * once for all who fail, and sends once more, unless the body is a stream; a second 401 is the caller's. It leaves alone
 * requests elsewhere and to the session's own endpoints, those with an `Authorization` or `auth` of their own or with
 * `evertoken: false`, and all after the end. Other interceptors see one request and one answer, and no token.
 *
 * A refresh function that asks through this instance marks its requests with `evertoken: false`. Without the mark they are
 * known where it makes them before its first `await`, or with the `signal` of one made so. While a promised session still
 * starts they are like all others: they wait for it for 5 s, and then go without a bearer.
 *
 * Requests reject as those of Axios and as {@link Session.getAccessToken} do, or as the promise of the session does.
 *
 * @param session a session, or the promise of one
 * @returns what detaches the session again
 */
export function attachSession(instance: AxiosInstance, session: Given): () => void {
  let started = 'then' in session ? undefined : session;
  const starting = Promise.resolve(session);
  starting.then((it) => (started = it)).catch(() => {});
  const aborted = AbortSignal.abort();
  const refreshSignals = new WeakSet<object>();
  const callers = new WeakMap<object, Promise<boolean>>();

  /** Whether the session's refresh function makes this very call: then the session refuses to be asked for a token. */
  const isAskedByRefresh = (it: Session) =>
    it.getAccessToken({ signal: aborted }).then(
      () => false,
      ({ code }: EvertokenError) => code === 'ERR_REFRESH_REENTRANT',
    );

  async function sendWithBearer(
    send: AxiosAdapter,
    config: InternalAxiosRequestConfig,
    fromRefresh?: Promise<boolean>,
  ) {
    const signal = config.signal instanceof AbortSignal ? config.signal : undefined;
    const isFromRefresh = (await fromRefresh) || (!!signal && refreshSignals.has(signal));
    if (isFromRefresh && signal) refreshSignals.add(signal);
    const hasOwn = !!config.auth || config.headers.has('authorization');
    const isForeign = config.evertoken === false || hasOwn || isFromRefresh;
    if (isForeign) return send(config);

    const rethrow = (error: unknown) => {
      throw signal?.aborted ? new axios.CanceledError(undefined, config) : error;
    };
    const session = started ?? (await patiently(starting, signal).catch(rethrow));
    const url = instance.getUri(config);
    const bearer = session && Promise.resolve(bearerFor(session, { url, isForeign, signal }));
    const token = await bearer?.catch(rethrow);
    if (!session || token === undefined) return send(config);

    const first = sendAs(send, config, token);
    const response = await first.catch((error): AxiosResponse | undefined => error?.response);
    // Elsewhere, after a redirect, the token was not sent and is not to blame.
    if (response?.status !== 401 || !session.allows(addressOf(response) ?? url)) return first;
    const replayable = !isStream(config.data);
    const refreshed = replacementFor(session, token, replayable ? signal : undefined);
    const replacement = replayable ? await refreshed.catch(rethrow) : undefined;
    if (replacement === undefined) return first;
    // Nobody will read it, and unread it would hold its connection.
    response.data?.destroy?.();
    return sendAs(send, config, replacement);
  }

  // Around the transport: whatever other interceptors there are, and in whatever order, each sees the request once.
  const attached = instance.interceptors.request.use(
    (config) => {
      const send = axios.getAdapter(config.adapter ?? axios.defaults.adapter, config);
      const fromRefresh = callers.get(config.headers);
      const transport = config.adapter as AxiosAdapter;
      config.adapter = (final) => sendWithBearer(send, { ...final, adapter: transport }, fromRefresh);
      return config;
    },
    undefined,
    {
      // Called at once, while the interceptors themselves run later.
      runWhen(config) {
        if (started) callers.set(config.headers, isAskedByRefresh(started));
        return true;
      },
    },
  );
  return () => instance.interceptors.request.eject(attached);
}

/** The config that the caller gets to see, in errors too, stays without a token: it may be logged, or sent again. */
async function sendAs(send: AxiosAdapter, config: InternalAxiosRequestConfig, token: string): Promise<AxiosResponse> {
  const headers = new axios.AxiosHeaders(config.headers).set('Authorization', `Bearer ${token}`);
  try {
    return Object.assign(await send({ ...config, headers }), { config });
  } catch (error) {
    if (axios.isAxiosError(error)) for (const it of [error, error.response]) if (it) it.config = config;
    throw error;
  }
}

/** The session, or nothing where the wait for it is too long or is aborted. */
async function patiently(starting: Promise<Session>, signal: AbortSignal | undefined): Promise<Session | undefined> {
  let leave = () => {};
  const impatience = new Promise<undefined>((resolve, reject) => {
    const timer = setTimeout(() => {
      console.warn(
        'evertoken: a request waited 5 s for the session to start and goes without a token. ' +
          'If the refresh function makes it, give it the config { evertoken: false }.',
      );
      resolve(undefined);
    }, patience);
    const stopHearing = onAbort(signal, reject);
    leave = () => {
      clearTimeout(timer);
      stopHearing();
    };
  });
  try {
    signal?.throwIfAborted();
    return await Promise.race([starting, impatience]);
  } finally {
    leave();
  }
}

/** Where an answer came from in the end, as far as the transport says so. */
function addressOf({ request }: AxiosResponse): string | undefined {
  return request?.responseURL || request?.res?.responseUrl || undefined;
}

function isStream(data: unknown): boolean {
  return (
    typeof data === 'object' && data !== null && ('pipe' in data || 'getReader' in data || Symbol.asyncIterator in data)
  );
}
