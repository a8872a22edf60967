// Running a test's function in a page, the same for every driver: by the text of an expression.
import { vi } from 'vitest';
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

/** Goes back. No driver tells of a page that comes out of the back/forward cache, but the page that was left is no more. */
export async function goBack(tab: Tab): Promise<void> {
  const mark = `left ${Math.random()}`;
  const leave = (mark: string) => {
    Object.assign(globalThis, { [mark]: true });
    history.back();
  };
  // The page may be gone before it has answered.
  await tab.evaluate(leave, mark).catch(() => {});
  const arrived = (mark: string) => !(mark in globalThis) && document.readyState === 'complete';
  // Between two pages there is none that could answer.
  await vi.waitUntil(() => tab.evaluate(arrived, mark).catch(() => false), { timeout: 10_000, interval: 20 });
}
