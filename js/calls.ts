import type { Report } from './boundary.js';
import { check } from './errors.js';
import { type Endpoints, readRequest, requestNames } from './http.js';
import { isRecord, readFields } from './names.js';
import { success } from './report.js';

/** Calls a function of the caller's with a context, or sends a request, which may take a bearer. */
export type Call = (context: { readonly signal: AbortSignal }, bearer?: string) => Promise<Report>;

/** Reads an option that is a function or `{ endpoint }`. */
export function readCall(option: unknown, within: string, method: string, endpoints: Endpoints): Call | undefined {
  if (option === undefined) return undefined;
  if (typeof option === 'function') return async (context) => ({ answer: await option(context) });
  check(isRecord(option), within, option, 'a function or { endpoint }');
  const exchange = readRequest(readFields(option, `${within}.`, requestNames), within, method, endpoints);
  return ({ signal }, bearer) => exchange(signal, () => success, { bearer });
}
