import type { Report } from './boundary.js';
import { isRecord } from './names.js';

/** It is done. */
export const success: Report = { answer: true };

/** What a refresh brought. */
export function ofAnswer(answer: unknown, date?: number): Report {
  // A forgotten return does not say that nobody is signed in.
  if (answer === undefined) return { kind: 'unreadable' };
  const { error, access_token, token, accessToken = access_token ?? token } = Object(answer);
  // Some servers say no with a status of success.
  if (typeof error === 'string' && !accessToken) return { kind: 'http', status: 400, error };
  return { answer: isRecord(answer) ? { ...answer, accessToken } : answer, date };
}

/** The body of a success: JSON, or from a cookie endpoint a bare JWT. */
export async function ofBody(response: Response): Promise<Report> {
  const { status, headers } = response;
  if (status === 204) return { answer: null };
  let text: string;
  try {
    text = (await response.text()).trim();
  } catch {
    return { kind: 'network' };
  }
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    // Neither HTML nor half of a JSON text.
    if (!/^[\w+/=-]+(\.[\w+/=-]*){2}$/.test(text)) return { kind: 'unreadable', status };
    answer = text;
  }
  return ofAnswer(answer, serverTime(headers));
}

/** An answer with any other status (RFC 6749, section 5.2). */
export async function ofRefusal(response: Response): Promise<Report> {
  const body = await response.json().catch(() => {});
  return ofStatus(response.status, Object(body).error, response.headers);
}

/** What a function of the caller's threw: an error with a status (Axios, fetch wrappers, OAuth clients), or anything else. */
export function ofThrown(thrown: unknown): Report {
  try {
    const { name, status, error, response } = Object(thrown);
    const { status: answered, headers, data } = Object(response);
    if (name === 'RefreshRejected') return { kind: 'rejected' };
    const found = [status, answered].find((status) => typeof status === 'number' && status >= 100 && status < 600);
    if (found) return ofStatus(found, typeof error === 'string' ? error : Object(data).error, headers);
  } catch {
    // It would not even be looked at.
  }
  return { kind: 'thrown' };
}

/** The server's `Date`, where it may be read. */
export function serverTime(headers: unknown): number | undefined {
  return Date.parse(header(headers, 'date')) || undefined;
}

function ofStatus(status: number, error: unknown, headers: unknown): Report {
  return {
    kind: 'http',
    status,
    error: typeof error === 'string' ? error : undefined,
    retryAfter: readRetryAfter(headers),
  };
}

/** Seconds, or a date on the server's clock (RFC 9110, section 10.2.3). */
function readRetryAfter(headers: unknown): number | undefined {
  const text = header(headers, 'retry-after').trim();
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - (serverTime(headers) ?? Date.now())) / 1_000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

/** Out of a `Headers`, the headers of Axios, or a plain object. */
function header(headers: unknown, name: string): string {
  const given = Object(headers);
  return String(given[name] ?? given.get?.(name));
}
