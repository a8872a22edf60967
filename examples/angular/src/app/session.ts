import { RefreshRejected, startRefreshLoop } from 'evertoken';

export const startSession = () =>
  startRefreshLoop({
    refresh: {
      endpoint: '/api/Identity/access-token',
      method: 'GET',
      read: async (response) => resultOf<string>(await response.json()),
    },
    signOut: { endpoint: '/api/Identity/logout', method: 'GET' },
    idleTimeout: '1m',
  });

/** This server's envelope. */
export interface Envelope<Result> {
  type: 'Success' | 'Error';
  result: Result;
  errorMessages?: string[];
}

/** The result in the envelope; an empty one means that nobody is signed in. */
export function resultOf<Result>({ type, result, errorMessages = [] }: Envelope<Result>): Result {
  if (type === 'Error') throw new RefreshRejected(errorMessages.join(' '));
  return result;
}
