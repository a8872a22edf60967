// A W3C WebDriver session, as much of it as a tab needs.
import { setTimeout as sleep } from 'node:timers/promises';
import { BrowserLost } from './engine.js';

const NAMED_KEYS: Record<string, string> = { Tab: '\uE004', Enter: '\uE007', Shift: '\uE008', Escape: '\uE00C' };

/** In ms. No command waits for a page, so one that takes so long is never answered. */
const LONGEST_COMMAND = 30_000;

/** In ms. A script that only looks is answered at once, or never: it was asked of a page that was about to be left. */
const LONGEST_LOOK = 5_000;

/** Where scripts leave their answers in a page. */
const ANSWERS = "globalThis[Symbol.for('answers to the driver')]";

export class WebDriver {
  #session: string;
  /** A session does one thing at a time, and that in the window it was switched to last. */
  #last: Promise<unknown> = Promise.resolve();
  #current = '';
  #scripts = 0;
  #answeredAt = performance.now();
  #lost: string | undefined;

  private constructor(session: string) {
    this.#session = session;
  }

  /** A new session of the driver at this address, with one window. */
  static async start(driver: string, options: object): Promise<WebDriver> {
    const capabilities = { alwaysMatch: options };
    try {
      const { sessionId } = (await send('POST', `${driver}/session`, { capabilities })) as { sessionId: string };
      const session = `${driver}/session/${sessionId}`;
      // It would be a timer of the page's.
      await send('POST', `${session}/timeouts`, { script: null });
      return new WebDriver(session);
    } catch (error) {
      throw new BrowserLost(`the driver began no session: ${(error as Error).message}`);
    }
  }

  /** Why it answers nothing any more; nothing while it does. */
  get lost() {
    return this.#lost;
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

  /** What an expression's promise resolves to. Other commands go on meanwhile, so it is asked for again and again. */
  async evaluate(window: string, expression: string): Promise<string> {
    this.#scripts += 1;
    const id = this.#scripts;
    const keep = `answers[${id}] = ''; void ${expression}.then((text) => { answers[${id}] = text; });`;
    await this.#run(window, `const answers = (${ANSWERS} ??= {}); ${keep}`);
    // As long as the page can be looked at it works on the answer; how long it may do so is up to the test.
    let answer: string | null = '';
    while (answer === '') {
      await sleep(5);
      // Another page, be it one out of the back/forward cache, knows nothing of this question.
      answer = (await this.look(window, `${ANSWERS}?.[${id}] ?? null`).catch(askAgain)) as string | null;
    }
    if (answer === null) throw new Error('the page was left before it answered');
    return answer;
  }

  /** What an expression is in the page that is there now; throws where none answers. */
  look(window: string, expression: string): Promise<unknown> {
    return this.#run(window, `return ${expression}`, LONGEST_LOOK);
  }

  #run(window: string, script: string, longest?: number): Promise<unknown> {
    return this.#queue('POST', '/execute/sync', { script, args: [] }, window, longest);
  }

  #queue(method: string, path: string, body?: object, window?: string, longest?: number): Promise<unknown> {
    const turn = this.#last.then(async () => {
      if (window !== undefined && window !== this.#current) {
        await this.#send('POST', '/window', { handle: window });
        this.#current = window;
      }
      return this.#send(method, path, body, longest);
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Where there is no answer although there should be one, it finds out whether the page or the browser is silent. */
  async #send(method: string, path: string, body?: object, longest = LONGEST_COMMAND): Promise<unknown> {
    if (this.#lost) throw new BrowserLost(this.#lost);
    try {
      const value = await send(method, this.#session + path, body, longest);
      this.#answeredAt = performance.now();
      return value;
    } catch (error) {
      if (error instanceof CommandFailed && error.code !== 'invalid session id') throw error;
      if (isTimeout(error)) {
        const isSilent = performance.now() - this.#answeredAt >= LONGEST_COMMAND;
        if (!isSilent || (await this.#blankPageAnswers())) throw error;
      }
      this.#lost = `neither the page nor a blank one can be asked: ${(error as Error).message}`;
      throw new BrowserLost(this.#lost);
    }
  }

  async #blankPageAnswers(): Promise<boolean> {
    const ask = (method: string, path: string, body?: object) => send(method, this.#session + path, body);
    this.#current = '';
    try {
      const { handle } = (await ask('POST', '/window/new', { type: 'tab' })) as { handle: string };
      await ask('POST', '/window', { handle });
      await ask('POST', '/execute/sync', { script: 'return 1', args: [] });
      await ask('DELETE', '/window');
      this.#answeredAt = performance.now();
      return true;
    } catch {
      return false;
    }
  }
}

const isTimeout = (error: unknown) => (error as Error).name === 'TimeoutError';

function askAgain(error: unknown): string {
  if (isTimeout(error)) return '';
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

/** An answer of the driver that is an error. */
class CommandFailed extends Error {
  readonly code: string;

  constructor(command: string, code = 'unknown error', message = '') {
    super(`WebDriver, ${command}: ${code}, ${message}`);
    this.code = code;
  }
}

async function send(method: string, url: string, body?: object, longest = LONGEST_COMMAND): Promise<unknown> {
  const signal = AbortSignal.timeout(longest);
  const response = await fetch(url, { method, signal, ...(body && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: { error?: string; message?: string } | null };
  if (!response.ok) throw new CommandFailed(`${method} ${new URL(url).pathname}`, value?.error, value?.message);
  return value;
}
