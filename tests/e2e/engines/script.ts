// Running a test's function in a page, the same for every driver: by the text of an expression.
import { vi } from 'vitest';
import { PATIENCE } from '../patience.js';
import type { Tab } from './engine.js';

type Answer = { value?: unknown } | { error: { name: string; message: string; stack?: string } };

/** An expression whose promise resolves to what {@link answerOf} reads. */
export function expressionOf<Args extends unknown[]>(run: (...args: Args) => unknown, args: Args): string {
  const given = args.map((arg) => JSON.stringify(arg) ?? 'undefined').join(', ');
  return `(async () => {
    try {
      return JSON.stringify({ value: await (${run})(${given}) });
    } catch (error) {
      const { name = '', message = String(error), stack } = error ?? {};
      return JSON.stringify({ error: { name, message, stack } });
    }
  })()`;
}

/** What the function returned; throws what it threw. */
export function answerOf(text: string): unknown {
  const answer = JSON.parse(text) as Answer;
  if (!('error' in answer)) return answer.value;
  const { name, message, stack } = answer.error;
  throw Object.assign(new Error(message), { name, stack: `${name}: ${message}\n${stack ?? ''}` });
}

/** Goes back. The page may be gone before it has answered. */
export function goBack(tab: Tab): Promise<void> {
  return leave(tab, () => tab.evaluate(() => history.back()).catch(() => {}));
}

/** Whether a page with this mark is no more, and the one after it is there. */
const arrived = (mark: string) => !(mark in globalThis) && document.readyState === 'complete';

/**
 * Goes to another page by `go`, and waits until it is there: this one is marked, and the other is not. No driver tells of a page
 * that comes out of the back/forward cache.
 */
export async function leave(
  tab: Tab,
  go: () => Promise<unknown>,
  look: (mark: string) => Promise<unknown> = (mark) => tab.evaluate(arrived, mark),
): Promise<void> {
  const mark = `left ${Math.random()}`;
  await tab.evaluate((mark) => void Object.assign(globalThis, { [mark]: true }), mark);
  await go();
  // Between two pages there is none that could answer.
  await vi
    .waitUntil(() => look(mark).catch(() => false), { timeout: PATIENCE, interval: 20 })
    .catch(() => {
      throw new Error(`no other page came within ${PATIENCE / 1_000} s`);
    });
}

/** The same as an expression for a driver that can look at once. */
export const arrivedExpression = (mark: string) => `(${arrived})(${JSON.stringify(mark)})`;
