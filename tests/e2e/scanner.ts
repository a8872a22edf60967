import type { Page } from 'puppeteer-core';
import type { Session, SessionEvents } from '../../js/types.js';

/** In every token, refresh token, error and claim of these tests, and in nothing else. */
export const CANARY = 'canary-5up3r53cr37';

/** What a canary looks like in base64url, at each of the three places where it can begin in a group. */
const ENCODED = ['', ' ', '  '].map((before) =>
  Buffer.from(before + CANARY)
    .toString('base64url')
    .slice(before ? 4 : 0, -4),
);

/** Where a token was found; the text itself stays out of the report. */
export function leaks(heard: readonly [where: string, text: string][]): string[] {
  const needles = [CANARY, encodeURIComponent(CANARY), ...ENCODED];
  return heard.filter(([, text]) => needles.some((needle) => text.includes(needle))).map(([where]) => where);
}

type Heard = [where: string, text: string][];

/** Listens to all that leaves a page: its console, its uncaught errors, and the addresses of its requests. */
export function listen(page: Page): () => Promise<Heard> {
  const heard: Heard = [];
  const opened: Promise<unknown>[] = [];
  page.on('console', (message) => {
    heard.push(['console', message.text()]);
    // An object on the console can be opened there: what one sees then counts as well.
    for (const part of message.args()) {
      const open = part.jsonValue().then((value) => heard.push(['console', JSON.stringify(value) ?? '']));
      opened.push(open.catch(() => {}));
    }
  });
  page.on('pageerror', (error) => heard.push(['uncaught error', String((error as Error).stack ?? error)]));
  page.on('request', (request) => {
    heard.push(['url', request.url()]);
    heard.push(['referrer', request.headers().referer ?? '']);
  });
  return async () => {
    await Promise.all(opened);
    return heard;
  };
}

/** What tells of everything that is said inside a page: `globalThis.ears`, put there by {@link giveEars}. */
export interface Ears {
  readonly heard: [where: string, text: string][];
  follow(session: Session): Session;
  /** Hears the error that a promise or a call ends with. */
  errorOf(act: () => unknown): Promise<void>;
}

declare global {
  var ears: Ears;
}

/** Runs in the page. */
export function giveEars() {
  const heard: [string, string][] = [];
  /** Every property of an object, also those that JSON does not show; getters are what someone asked for by name. */
  const all = (value: unknown, depth = 0): string => {
    if (typeof value !== 'object' || value === null || depth > 5) return String(value);
    const members = Object.entries(Object.getOwnPropertyDescriptors(value)).map(
      ([name, { value: member }]) => `${name}: ${typeof member === 'function' ? member.name : all(member, depth + 1)}`,
    );
    return `${String(value)} {${members.join(', ')}}`;
  };
  const events: (keyof SessionEvents)[] = [
    'started',
    'refreshed',
    'expiring',
    'expired',
    'refreshfailed',
    'idlewarning',
    'idlewarningcleared',
    'sessionexpiring',
    'ended',
    'signoutfailed',
    'degraded',
    'change',
  ];
  const look = (session: Session) => {
    heard.push(['snapshot', all(session.snapshot)]);
    heard.push(['JSON of the session', JSON.stringify(session)]);
    heard.push(['copy of the session', JSON.stringify({ ...session })]);
    heard.push(['text of the session', all(session)]);
  };
  globalThis.ears = {
    heard,
    follow(session) {
      look(session);
      for (const type of events) {
        session.on(type, (detail) => {
          heard.push([`event ${type}`, all(detail) + JSON.stringify(detail)]);
          look(session);
        });
      }
      return session;
    },
    async errorOf(act) {
      try {
        await act();
      } catch (error) {
        const { message, stack, cause } = error as Error;
        heard.push(['error', [message, stack, all(cause), all(error), JSON.stringify(error)].join('\n')]);
      }
    },
  };
}
