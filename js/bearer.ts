import type { EvertokenError } from './errors.js';
import type { Session } from './types.js';

/** A session, or the promise of one. */
export type Given = Session | PromiseLike<Session>;

/** A request as an HTTP client's interceptor sees it. */
export interface InterceptedRequest {
  /** As the client will send it; relative to the page where it is relative. */
  readonly url: string;
  /** It has an `Authorization` of its own, or is marked as none of the session's. */
  readonly isForeign: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The bearer for a request, at once where it is known: `undefined` for one that is none of the session's, that goes
 * elsewhere or to the session's own endpoints, or that comes after the end. Such a request is sent as it is.
 */
export function bearerFor(
  session: Session,
  { url, isForeign, signal }: InterceptedRequest,
): string | undefined | Promise<string | undefined> {
  if (isForeign || !session.allows(url) || session.snapshot.status === 'ended') return undefined;
  return (
    session.accessToken ??
    session.getAccessToken({ signal }).catch((error: EvertokenError) => {
      if (error.code === 'ERR_SESSION_ENDED') return undefined;
      throw error;
    })
  );
}

/** A new bearer after a 401 for `failedToken`: one refresh for all who ask. `undefined` where none can be had. */
export async function replacementFor(
  session: Session,
  failedToken: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    return await session.refresh({ failedToken, signal });
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
}
