import { RefreshRejected, startRefreshLoop } from 'evertoken';

export const startSession = () =>
  startRefreshLoop({
    refresh: { endpoint: '/api/Identity/access-token', method: 'GET', read: resultOf<string> },
    signOut: { endpoint: '/api/Identity/logout', method: 'GET' },
    idleTimeout: '1m',
  });

/** Resolves to the access token; the server sets the cookie that brings the next ones. */
export async function signIn(login: string): Promise<string> {
  const response = await fetch('/api/Identity/login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ login, password: 'demo', rememberMe: false }),
  });
  return (await resultOf<{ accessToken: string }>(response)).accessToken;
}

/** The result in this server's envelope; an empty one means that nobody is signed in. */
async function resultOf<Result>(response: Response): Promise<Result> {
  const { type, result, errorMessages } = await response.json();
  if (type === 'Error') throw new RefreshRejected(errorMessages.join(' '));
  return result;
}
