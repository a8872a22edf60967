// A W3C WebDriver session, as much of it as a tab needs.
import { vi } from 'vitest';

const NAMED_KEYS: Record<string, string> = { Tab: '\uE004', Enter: '\uE007', Shift: '\uE008', Escape: '\uE00C' };

/** In ms. A session begins within two seconds, or never. */
const LONGEST_START = 15_000;

/** In ms. No command waits for a page, so one that takes so long is never answered. */
const LONGEST_COMMAND = 60_000;

/** In ms. A script is answered when it has begun, or never: it was asked of a page that was about to be left. */
const LONGEST_SCRIPT = 20_000;

/** In ms. The same of one that only looks. */
const LONGEST_LOOK = 5_000;

/** Where scripts leave their answers in a page. */
const ANSWERS = "globalThis[Symbol.for('answers to the driver')]";

export class WebDriver {
  #session: string;
  /** A session does one thing at a time, and that in the window it was switched to last. */
  #last: Promise<unknown> = Promise.resolve();
  #current = '';
  #scripts = 0;

  private constructor(session: string) {
    this.#session = session;
  }

  /** A new session of the driver at this address, with one window. */
  static async start(driver: string, options: object): Promise<WebDriver> {
    const capabilities = { alwaysMatch: options };
    const signal = AbortSignal.timeout(LONGEST_START);
    const { sessionId } = (await send('POST', `${driver}/session`, { capabilities }, signal)) as { sessionId: string };
    const session = `${driver}/session/${sessionId}`;
    // It would be a timer of the page's.
    await send('POST', `${session}/timeouts`, { script: null });
    return new WebDriver(session);
  }

  /** The handle of the window that the session began with. */
  firstWindow = () => this.#queue('GET', '/window') as Promise<string>;

  async newTab(): Promise<string> {
    return ((await this.#queue('POST', '/window/new', { type: 'tab' })) as { handle: string }).handle;
  }

  /** Posts a command to one window. */
  in(window: string, path: string, body: object = {}): Promise<unknown> {
    return this.#queue('POST', path, body, window);
  }

  async close(window: string) {
    await this.#queue('DELETE', '/window', undefined, window);
    this.#current = '';
  }

  end = () => this.#queue('DELETE', '');

  /** What an expression's promise resolves to. Other commands go on meanwhile, so it is asked for again and again. */
  async evaluate(window: string, expression: string): Promise<string> {
    this.#scripts += 1;
    const id = this.#scripts;
    const keep = `answers[${id}] = ''; void ${expression}.then((text) => { answers[${id}] = text; });`;
    await this.#run(window, `const answers = (${ANSWERS} ??= {}); ${keep}`, LONGEST_SCRIPT);
    const answered = async () => {
      // Another page, be it one out of the back/forward cache, knows nothing of this question.
      const answer = (await this.look(window, `${ANSWERS}?.[${id}] ?? null`).catch(askAgain)) as string | null;
      return answer !== '' && { answer };
    };
    const { answer } = await vi.waitUntil(answered, { timeout: 60_000, interval: 5 }).catch(() => {
      throw new Error(`the page did not answer within a minute: ${expression}`);
    });
    if (answer === null) throw new Error('the page was left before it answered');
    return answer;
  }

  /** What an expression is in the page that is there now; throws where none answers. */
  look(window: string, expression: string): Promise<unknown> {
    return this.#run(window, `return ${expression}`, LONGEST_LOOK);
  }

  #run(window: string, script: string, longest: number): Promise<unknown> {
    return this.#queue('POST', '/execute/sync', { script, args: [] }, window, longest);
  }

  #queue(method: string, path: string, body?: object, window?: string, longest = LONGEST_COMMAND): Promise<unknown> {
    const turn = this.#last.then(async () => {
      if (window !== undefined && window !== this.#current) {
        await send('POST', `${this.#session}/window`, { handle: window });
        this.#current = window;
      }
      return send(method, this.#session + path, body, AbortSignal.timeout(longest));
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}

function askAgain(error: Error): string {
  if (error.name === 'TimeoutError') return '';
  throw error;
}

/** The mouse at a place of the page, as WebDriver's actions say it. */
export const mouseAt = (x: number, y: number) => ({
  type: 'pointer',
  id: 'mouse',
  parameters: { pointerType: 'mouse' },
  actions: [{ type: 'pointerMove', x, y, duration: 0, origin: 'viewport' }],
});

/** A key that goes down and up. */
export const pressed = (key: string) => ({
  type: 'key',
  id: 'keyboard',
  actions: ['keyDown', 'keyUp'].map((type) => ({ type, value: NAMED_KEYS[key] ?? key })),
});

async function send(
  method: string,
  url: string,
  body?: object,
  signal = AbortSignal.timeout(LONGEST_COMMAND),
): Promise<unknown> {
  const response = await fetch(url, { method, signal, ...(body && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: { error?: string; message?: string } | null };
  if (!response.ok)
    throw new Error(`WebDriver, ${method} ${new URL(url).pathname}: ${value?.error}, ${value?.message}`);
  return value;
}
