import type { EvertokenError } from './errors.js';
import type { Session } from './types.js';

type Bearer = Pick<Session, 'accessToken' | 'snapshot' | 'allows' | 'getAccessToken' | 'refresh'>;

/** `fetch` with a bearer. One refresh and one replay on a 401. */
export function createFetch(session: Bearer): Session['fetch'] {
  const { allows, getAccessToken, refresh } = session;
  // Taken once, so that a page may put this very function in the global one's place.
  const send = globalThis.fetch;
  return async (input, init) => {
    const given = input instanceof Request ? input : undefined;
    const headers = new Headers(init?.headers ?? given?.headers);
    if (
      !allows(given ? given.url : String(input)) ||
      headers.has('authorization') ||
      session.snapshot.status === 'ended'
    )
      return send(input, init);

    // A Request is copied, for its body can be read once. Anything else is sent as it came, so that members of `init`
    // that only the platform knows live on.
    const request = given && new Request(given, init);
    const replayable = !isStream(init?.body);
    const spare = replayable ? request?.clone() : undefined;
    const signal = request ? request.signal : init?.signal;
    const sendWith = (token: string, copy: Request | undefined) => {
      (copy?.headers ?? headers).set('authorization', `Bearer ${token}`);
      return copy ? send(copy) : send(input, { ...init, headers });
    };

    let token = session.accessToken;
    try {
      // Without a turn of the event loop where a token is held: the request leaves as it is at the time of the call.
      token ??= await getAccessToken({ signal });
    } catch (error) {
      if ((error as EvertokenError).code === 'ERR_SESSION_ENDED') return request ? send(request) : send(input, init);
      throw error;
    }
    const response = await sendWith(token, request);
    // Elsewhere, after a redirect, the token was not sent and is not to blame.
    if (response.status !== 401 || (response.redirected && !allows(response.url))) return response;

    const refreshed = refresh({ failedToken: token, signal });
    if (!replayable) {
      refreshed.catch(() => {});
      return response;
    }
    try {
      token = await refreshed;
    } catch {
      signal?.throwIfAborted();
      return response;
    }
    // Nobody will read it, and unread it would hold its connection.
    response.body?.cancel().catch(() => {});
    return sendWith(token, spare);
  };
}

function isStream(body: unknown): boolean {
  return body instanceof ReadableStream || Symbol.asyncIterator in Object(body);
}
