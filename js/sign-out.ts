import type { Report, SignOutOrder } from './boundary.js';
import type { Call } from './calls.js';
import type { Revoke } from './refresh.js';
import { ofThrown, success } from './report.js';

/** The server's part of a sign-out: revocation, then the option `signOut`. Where one fails the other is tried all the same. */
export function createSignOut(tell: Call | undefined, revoke: Revoke | false | undefined) {
  return async ({ reason, refreshToken, revokeOnly }: SignOutOrder, signal: AbortSignal): Promise<Report> => {
    const revoked = revoke && refreshToken ? await revoke(refreshToken, signal) : success;
    const context = { reason, signal };
    const told = tell && !revokeOnly ? await tell(context).catch(ofThrown) : success;
    return [told, revoked].find(isToRepeat) ?? success;
  };
}

/** A server that refuses knows the session no more. */
function isToRepeat(report: Report): boolean {
  return 'kind' in report && report.kind !== 'rejected' && report.status !== 401 && report.status !== 403;
}
