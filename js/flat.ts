import type { Report } from './boundary.js';
import { isRecord } from './names.js';

/**
 * A copy that the module can read: own properties, read once, without a prototype, down to a depth. Of what lies deeper it
 * keeps only which kind it is.
 */
export function flat(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return depth > 0 ? Array.from(value, (item) => flat(item, depth - 1)) : [];
  if (!isRecord(value)) return value;
  const members = depth > 0 ? Object.entries(value) : [];
  return { __proto__: null, ...Object.fromEntries(members.map(([name, member]) => [name, flat(member, depth - 1)])) };
}

/** A token set as an application or a server gave it, whose fields hold nothing nested. A bare token is a token set, too. */
export function flatTokens(tokens: unknown): unknown {
  return typeof tokens === 'string' ? { __proto__: null, accessToken: tokens } : flat(tokens, 1);
}

/** What came of a request, with the tokens in it. */
export function flatReport(report: Report): object {
  return { __proto__: null, ...report, answer: 'answer' in report ? flatTokens(report.answer) : undefined };
}
