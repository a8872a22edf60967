// Every recipe as it stands on its page, against real servers.
import { Window } from 'happy-dom';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type RawTokenResponse, type Session, startRefreshLoop } from '../../js/index.js';
import { useDemoServer } from '../demo/support.js';
import { run, type StandIns, snippetsOf } from './document.js';
import { bodyOf, serve, serveSockets } from './server.mjs';

const recipes = new Map(snippetsOf('recipes.md').map(({ headings, code }) => [headings[0], code]));
const recipe = <Exports>(heading: string, standIns?: StandIns) => run<Exports>(codeOf(heading), standIns);
function codeOf(heading: string): string {
  const code = recipes.get(heading);
  if (!code) throw new Error(`recipes.md has no code under "${heading}"`);
  return code;
}

const send = globalThis.fetch;
const page = 'https://app.example.com/';

/** A page whose network ends at this server. */
function open(server: string, path = '') {
  vi.stubGlobal('location', new URL(path, page));
  vi.stubGlobal('fetch', (input: string | URL, init?: RequestInit) => {
    const { pathname, search } = new URL(input, page);
    // The client that the demo server knows.
    if (init?.body instanceof URLSearchParams) init.body.set('client_id', 'evertoken-demo');
    return send(server + pathname + search, init);
  });
}

/** Stopped when the test ends. */
function keep(session: Session): Session {
  onTestFinished(() => session.stop());
  return session;
}

/** A session whose tokens are numbered. */
async function numbered(allowedOrigins: string[] = []): Promise<Session> {
  let count = 0;
  const refresh = async () => ({ accessToken: `token-${++count}`, expiresIn: 3600 });
  return keep(await startRefreshLoop({ refresh, allowedOrigins }));
}

/** Waits until it holds; a clock that is a fake one is put on at each look. */
const soon = (holds: () => void) =>
  vi.waitFor(
    async () => {
      if (vi.isFakeTimers()) await vi.advanceTimersByTimeAsync(500);
      holds();
    },
    { interval: 10 },
  );

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('each is looked at', () => {
  expect([...recipes.keys()]).toEqual([
    'A WebSocket that follows the token',
    'A server-sent stream that follows the token',
    'A warning that must be answered',
    "Tokens from another library's sign-in",
    'A second factor',
    'Two tenants on one origin',
    'Testing a component that uses a session',
  ]);
});

describe('A WebSocket that follows the token', () => {
  const heading = 'A WebSocket that follows the token';
  type Follow = { followSocket(session: Session, url: string, hear: (data: unknown) => void): () => void };
  async function listen() {
    const lines: string[] = [];
    const told = (...expected: string[]) => soon(() => expect(lines).toEqual(expected));
    return { ...(await serveSockets((line: string) => lines.push(line))), lines, told };
  }

  test('each new token is told, the end closes it, a sign-in opens another', async () => {
    const { url, told } = await listen();
    const { followSocket } = await recipe<Follow>(heading);
    const session = await numbered();
    const hear = vi.fn();
    onTestFinished(followSocket(session, url, hear));
    await told('1 token-1');
    await session.refresh();
    await told('1 token-1', '1 token-2');
    await soon(() => expect(hear).toHaveBeenCalledTimes(2));
    expect(hear).toHaveBeenCalledWith('welcome, 1');
    await session.signOut();
    await told('1 token-1', '1 token-2', '1 closed');
    session.setTokens('another');
    await told('1 token-1', '1 token-2', '1 closed', '2 another');
  });

  test('a lost one comes back', async () => {
    const { url, cut, lines, told } = await listen();
    const { followSocket } = await recipe<Follow>(heading);
    const leave = followSocket(await numbered(), url, () => {});
    onTestFinished(leave);
    await told('1 token-1');
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    cut();
    await told('1 token-1', '1 closed', '2 token-1');
    leave();
    await told('1 token-1', '1 closed', '2 token-1', '2 closed');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(lines).toHaveLength(4);
  });

  test('a new connection for each token', async () => {
    const { url, lines, told } = await listen();
    const [before, after] = [
      "session.on('refreshed', authenticate, { signal })",
      "session.on('refreshed', open, { signal })",
    ];
    const code = codeOf(heading);
    expect(code).toContain(before);
    const { followSocket } = await run<Follow>(code.replace(before, after));
    const session = await numbered();
    onTestFinished(followSocket(session, url, () => {}));
    await told('1 token-1');
    await session.refresh();
    await soon(() => expect(lines.toSorted()).toEqual(['1 closed', '1 token-1', '2 token-2']));
  });
});

describe('A server-sent stream that follows the token', () => {
  type Read = {
    serverSentEvents(session: Session, url: string, until?: AbortSignal): AsyncGenerator<{ id: string; data: string }>;
  };
  const heading = 'A server-sent stream that follows the token';

  /**
   * Sends two events to each connection, numbered on, and then keeps it open; knows which are open, by their token. The
   * second one comes in two pieces: its end when `proceed` is called.
   */
  async function events(refuse: () => number | undefined = () => undefined) {
    const openOnes = new Set<string>();
    let proceed = () => {};
    const { url } = await serve((request, response) => {
      const status = refuse();
      if (status) {
        response.writeHead(status).end();
        return;
      }
      const token = request.headers.authorization ?? 'none';
      openOnes.add(token);
      response.on('close', () => openOnes.delete(token));
      const next = Number(request.headers['last-event-id'] ?? 0) + 1;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`: hello\n\nid: ${next}\ndata: ${token}\ndata: line 2\n\nid: ${next + 1}\r\nda`);
      proceed = () => void response.write('ta:more\r\n\r\n');
    });
    return { url, openOnes, proceed: () => proceed() };
  }

  test('it goes on with each new token where it was, and ends with the session', async () => {
    const { url, openOnes, proceed } = await events();
    const { serverSentEvents } = await recipe<Read>(heading);
    const session = await numbered([url]);
    const stream = serverSentEvents(session, url);
    const next = async () => (await stream.next()).value;
    expect(await next()).toEqual({ id: '1', data: 'Bearer token-1\nline 2' });
    proceed();
    expect(await next()).toEqual({ id: '2', data: 'more' });
    const third = next();
    await session.refresh();
    expect(await third).toEqual({ id: '3', data: 'Bearer token-2\nline 2' });
    proceed();
    expect(await next()).toEqual({ id: '4', data: 'more' });
    await soon(() => expect([...openOnes]).toEqual(['Bearer token-2']));
    const last = stream.next();
    await session.signOut();
    expect(await last).toEqual({ done: true, value: undefined });
    await soon(() => expect(openOnes.size).toBe(0));
  });

  test('leaving the loop closes the connection, and so does the signal', async () => {
    const { url, openOnes, proceed } = await events();
    const { serverSentEvents } = await recipe<Read>(heading);
    const session = await numbered([url]);
    for await (const { id } of serverSentEvents(session, url)) {
      expect([id, openOnes.size]).toEqual(['1', 1]);
      break;
    }
    await soon(() => expect(openOnes.size).toBe(0));
    const leaving = new AbortController();
    const ids: string[] = [];
    for await (const { id } of serverSentEvents(session, url, leaving.signal)) {
      if (ids.push(id) === 1) proceed();
      else setImmediate(() => leaving.abort());
    }
    expect(ids).toEqual(['1', '2']);
    await soon(() => expect(openOnes.size).toBe(0));
  });

  test('a fault is waited out, a refusal is thrown', async () => {
    const answers: (number | undefined)[] = [503, undefined, 404];
    const { url } = await events(() => answers.shift());
    const { serverSentEvents } = await recipe<Read>(heading);
    const session = await numbered([url]);
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const first = serverSentEvents(session, url).next();
    const settled = vi.fn();
    first.then(settled);
    await soon(() => expect(settled).toHaveBeenCalled());
    expect((await first).value).toMatchObject({ id: '1' });
    await expect(serverSentEvents(session, url).next()).rejects.toThrow('answered 404');
  });
});

describe('A warning that must be answered', () => {
  const signedOut = vi.fn();
  let window: Window;
  let dialog: { open: boolean };
  const countdown = () => window.document.querySelector('output')?.textContent;
  const press = (selector: string) => (window.document.querySelector(selector) as unknown as HTMLElement).click();
  const move = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000);

  beforeEach(async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/auth/sign-out') signedOut();
      response.end(JSON.stringify({ accessToken: 'opaque', expiresIn: 86_400 }));
    });
    open(url);
    window = new Window({ url: page });
    window.document.body.innerHTML =
      '<dialog><p>You are signed out in <output></output> s</p><button>Stay signed in</button></dialog>';
    vi.stubGlobal('document', window.document);
    // Where a session listens to input by itself.
    vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
    signedOut.mockClear();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
    await recipe('A warning that must be answered');
    dialog = window.document.querySelector('dialog') as unknown as HTMLDialogElement;
  });

  test('it counts down, and the button alone puts it away', async () => {
    await move(13 * 60 - 1);
    expect(dialog.open).toBe(false);
    await move(1.1);
    expect([dialog.open, countdown()]).toEqual([true, '120']);
    window.document.body.dispatchEvent(new window.Event('pointerdown', { bubbles: true }));
    const cancel = new window.Event('cancel', { cancelable: true });
    window.document.querySelector('dialog')?.dispatchEvent(cancel);
    expect(cancel.defaultPrevented).toBe(true);
    await move(20);
    expect([dialog.open, countdown()]).toEqual([true, '100']);
    press('button');
    await move(0.1);
    expect(dialog.open).toBe(false);
    await move(13 * 60 - 1);
    expect(dialog.open).toBe(false);
    await move(2);
    expect(dialog.open).toBe(true);
    await move(120);
    expect(dialog.open).toBe(false);
    vi.useRealTimers();
    await soon(() => expect(signedOut).toHaveBeenCalledOnce());
  });

  test('input counts while it does not show', async () => {
    await move(12 * 60);
    window.document.body.dispatchEvent(new window.Event('keydown', { bubbles: true }));
    await move(12 * 60);
    expect(dialog.open).toBe(false);
    await move(61);
    expect(dialog.open).toBe(true);
  });
});

describe("Tokens from another library's sign-in", () => {
  const server = useDemoServer();
  const storage = new Map<string, string>();
  const library = globalThis as {
    signIn?: { redirect: () => void; finish: () => Promise<object>; remove: () => void };
  };
  /** What oidc-client-ts does at a sign-in: it leaves the page, and comes back with a `User`. */
  const standIn = `export class UserManager {
    constructor(settings) { if (settings.automaticSilentRenew !== false) throw new Error('two refresh'); }
    signinRedirect = async () => signIn.redirect();
    signinCallback = () => signIn.finish();
    removeUser = async () => signIn.remove();
  }`;
  const load = async (path: string) => {
    open(server.url, path);
    const { start } = await recipe<{ start(): Promise<Session> }>("Tokens from another library's sign-in", {
      'oidc-client-ts': standIn,
    });
    return keep(await start());
  };

  test('the redirect, the way back, a refresh, a reload', async () => {
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => storage.get(key) ?? null,
      setItem: (key: string, text: string) => void storage.set(key, text),
      removeItem: (key: string) => void storage.delete(key),
    });
    const replaceState = vi.fn();
    vi.stubGlobal('history', { replaceState });
    const grant = async () => {
      const form = { grant_type: 'password', username: 'ada', password: 'demo', client_id: 'evertoken-demo' };
      const body = new URLSearchParams(form);
      const tokens = (await (await send(`${server.url}/oauth/token`, { method: 'POST', body })).json()) as object;
      return tokens;
    };
    library.signIn = { redirect: vi.fn(), finish: vi.fn(grant), remove: vi.fn() };
    const { redirect, finish, remove } = library.signIn;

    const first = await load('');
    expect(redirect).toHaveBeenCalledOnce();
    first.stop();

    const session = await load('callback');
    expect([session.snapshot.status, session.snapshot.subject]).toEqual([
      'active',
      expect.stringMatching(/^[\w-]{36}$/),
    ]);
    expect([finish, remove].map((used) => vi.mocked(used).mock.calls.length)).toEqual([1, 1]);
    expect(replaceState).toHaveBeenCalledWith(null, '', '/');
    const before = session.accessToken;
    expect(await session.refresh()).not.toBe(before);
    expect(server.stats()).toMatchObject({ refreshes: { oauth: { accepted: 1 } } });
    session.stop();

    const reloaded = await load('');
    expect(reloaded.snapshot.status).toBe('active');
    expect(redirect).toHaveBeenCalledOnce();
    await reloaded.signOut();
    expect(server.stats()).toMatchObject({ revocations: { accepted: 1 } });
  });
});

describe('A second factor', () => {
  type SignIn = {
    signIn(session: Session, credentials: object, askForCode: () => Promise<string>): Promise<void>;
  };

  async function start(passwords: Record<string, object>) {
    const { url } = await serve(async (request, response) => {
      const body = JSON.parse(await bodyOf(request));
      const step =
        request.url === '/auth/sign-in' ? passwords[body.password] : passwords[`${body.ticket} ${body.code}`];
      response.writeHead(step ? 200 : 401).end(JSON.stringify(step ?? {}));
    });
    open(url);
    const session = keep(await startRefreshLoop({ refresh: async () => null }));
    const { signIn } = await recipe<SignIn>('A second factor');
    return { session, signIn };
  }
  const tokens: RawTokenResponse = { access_token: 'opaque', expires_in: 300 };
  const credentials = (password: string) => ({ login: 'ada', password });

  test('the session begins with the last answer', async () => {
    const again = { next: 'code', ticket: 'second' };
    const { session, signIn } = await start({
      demo: { next: 'code', ticket: 'first' },
      'first 1': again,
      'second 2': tokens,
    });
    const codes = ['1', '2'];
    const asked: string[] = [];
    await signIn(session, credentials('demo'), async () => {
      asked.push(session.snapshot.status);
      return codes.shift() as string;
    });
    expect(asked).toEqual(['ended', 'ended']);
    expect([session.snapshot.status, session.accessToken]).toEqual(['active', 'opaque']);
  });

  test('without one the tokens come at once', async () => {
    const { session, signIn } = await start({ demo: tokens });
    const askForCode = vi.fn();
    await signIn(session, credentials('demo'), askForCode);
    expect(askForCode).not.toHaveBeenCalled();
    expect(session.accessToken).toBe('opaque');
  });

  test('a refusal is no session', async () => {
    const { session, signIn } = await start({ demo: { next: 'code', ticket: 'first' } });
    await expect(signIn(session, credentials('demo'), async () => 'wrong')).rejects.toThrow('refused: 401');
    expect(session.snapshot.status).toBe('ended');
  });
});

test('Two tenants on one origin', async () => {
  const stored = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, text: string) => void stored.set(key, text),
    removeItem: (key: string) => void stored.delete(key),
  });
  const requests: string[] = [];
  const { url } = await serve((request, response) => {
    const [, tenant, ...path] = request.url?.split('/') ?? [];
    requests.push(`${tenant} ${path.join('/')} ${request.headers.authorization ?? ''}`.trim());
    response.end(JSON.stringify({ accessToken: `${tenant}-${requests.length}`, expiresIn: 3600 }));
  });
  open(url);
  type Tenants = { startTenant(tenant: string): Promise<Session>; acme: Session; globex: Session };
  const { startTenant, acme, globex } = await recipe<Tenants>('Two tenants on one origin');
  for (const session of [acme, globex]) keep(session);
  expect(requests.splice(0).toSorted()).toEqual(['acme auth/refresh', 'globex auth/refresh']);
  const [ofAcme, ofGlobex] = [acme.accessToken, globex.accessToken];
  expect([...stored.keys()].toSorted()).toEqual(['evertoken:acme', 'evertoken:globex']);

  await acme.fetch('/acme/api/me');
  await globex.fetch('/globex/api/me');
  expect(requests.splice(0)).toEqual([`acme api/me Bearer ${ofAcme}`, `globex api/me Bearer ${ofGlobex}`]);

  await acme.signOut();
  expect(requests.splice(0)).toEqual(['acme auth/sign-out']);
  expect([acme.snapshot.status, globex.snapshot.status]).toEqual(['ended', 'active']);
  globex.stop();
  expect(keep(await startTenant('globex')).accessToken).toBe(ofGlobex);
  expect(requests).toEqual([]);
});

describe('Testing a component that uses a session', async () => {
  // The recipe's own test, as it stands.
  Object.assign(globalThis, { recipeTools: { expect, test } });
  await recipe('Testing a component that uses a session', { vitest: 'export const { expect, test } = recipeTools;' });
  beforeEach(() => vi.stubGlobal('document', new Window().document));
});
