// @ts-check
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { text } from './answers.mjs';
import { me } from './api.mjs';
import { ServerClock } from './clock.mjs';
import { control } from './control.mjs';
import { carryOut, Held } from './faults.mjs';
import { Files } from './files.mjs';
import { Identity } from './identity.mjs';
import { Journal } from './journal.mjs';
import { OAuth } from './oauth.mjs';
import { readBody } from './requests.mjs';
import { Sessions } from './sessions.mjs';
import { defaultSettings, patchSettings, takeFault } from './settings.mjs';
import { AccessTokens } from './tokens.mjs';

/**
 * @typedef {object} DemoServerOptions
 * @property {string} [dist] the folder served as /evertoken/; default: the package's own dist
 * @property {Record<string, string>} [mounts] more folders to serve, by path prefix
 * @property {readonly string[]} [connectTo] origins that its pages may connect to besides their own
 * @property {string} [host] default 127.0.0.1
 * @property {Record<string, unknown>} [settings] laid over the defaults, also after a reset
 *
 * @typedef {object} Route
 * @property {import('./journal.mjs').RequestKind} kind
 * @property {'cookie' | 'oauth' | null} by
 * @property {import('./settings.mjs').FaultTarget} [target] whose faults it meets
 * @property {() => import('./answers.mjs').Answer | Promise<import('./answers.mjs').Answer>} handle
 */

/** A demo server that does not listen yet.
 * @param {DemoServerOptions} [options] */
export function createDemoServer(options = {}) {
  return new DemoServer(options);
}

/** Token server, protected API and page in one, with all its state in memory. */
export class DemoServer {
  #host;
  #initial;
  #settings;
  #clock = new ServerClock(() => this.#settings.skew);
  #sessions = new Sessions(this.#clock, () => this.#settings);
  #tokens = new AccessTokens(
    this.#clock,
    () => this.#settings,
    this.#sessions,
    () => this.url,
  );
  #identity = new Identity(this.#sessions, this.#tokens);
  #oauth = new OAuth(this.#sessions, this.#tokens);
  #journal = new Journal();
  #held = new Held();
  #files;
  #http = createServer((request, response) => {
    this.#serve(request, response).catch((error) => {
      const clientLeft = error?.code === 'ECONNRESET';
      if (!clientLeft) console.error(error);
      request.socket.destroy();
    });
  });

  /** @param {DemoServerOptions} options */
  constructor({ dist = folder('../../../dist/'), mounts = {}, connectTo = [], host = '127.0.0.1', settings = {} }) {
    this.#host = host;
    this.#initial = patchSettings(defaultSettings(), settings);
    this.#settings = structuredClone(this.#initial);
    this.#files = new Files({ '/': folder('../page/'), '/evertoken/': dist, ...mounts }, connectTo);
  }

  /** Listens; port 0 picks a free one. Resolves to the server's URL.
   * @param {number} [port]
   * @returns {Promise<string>} */
  listen(port = 0) {
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, this.#host, () => {
        this.#http.off('error', reject);
        resolve(this.url);
      });
    });
  }

  /** Cuts every connection, hanging requests too.
   * @returns {Promise<void>} */
  close() {
    this.#held.release();
    return new Promise((resolve) => {
      this.#http.close(() => resolve());
      this.#http.closeAllConnections();
    });
  }

  /** Without a slash at its end; also the issuer of the tokens. */
  get url() {
    const address = this.#http.address();
    if (typeof address !== 'object' || address === null) throw new Error('the demo server does not listen');
    return `http://${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${address.port}`;
  }

  /** A copy. */
  get settings() {
    return structuredClone(this.#settings);
  }

  /** Changes the settings named in a patch. Throws a SettingError and changes nothing when it is wrong.
   * @param {Record<string, unknown>} patch */
  set(patch) {
    this.#settings = patchSettings(this.#settings, patch);
    return this.settings;
  }

  /** @param {Parameters<ServerClock['set']>[0]} change */
  setClock(change) {
    return this.#clock.set(change);
  }

  stats() {
    return { ...this.#journal.counts(), sessions: this.#sessions.count, held: this.#held.count };
  }

  /** What each session has had of the token endpoints, oldest first. */
  sessions() {
    return this.#journal.sessions();
  }

  /** The log, oldest first. It holds no tokens.
   * @param {Parameters<Journal['entries']>[0]} [filter] */
  requests(filter) {
    return this.#journal.entries(filter);
  }

  /** Lets the answers go that the fault `hold` keeps. Says how many. */
  release() {
    return this.#held.release();
  }

  /** Ends every session at once, as an administrator would. Access tokens live on until they expire. */
  revokeSessions() {
    return this.#sessions.revokeAll();
  }

  /** Back to the beginning: settings, clock, sessions, counts and log. */
  reset() {
    this.#held.release();
    this.#settings = structuredClone(this.#initial);
    this.#clock.set({ offsetMs: 0, frozen: false });
    this.#sessions.clear();
    this.#journal.clear();
  }

  /** @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response */
  async #serve(request, response) {
    const at = Date.now();
    const method = request.method ?? 'GET';
    if (!request.url?.startsWith('/')) return this.#send(response, text(400, 'That is no path.'));
    const url = new URL(`http://demo${request.url}`);
    const body = await readBody(request);
    if (body === undefined) return this.#send(response, text(413, 'The body is too large.'));

    if (url.pathname.startsWith('/demo/')) return this.#send(response, control(this, method, url, body));
    const route = this.#route(method, url.pathname, request, body);
    if (route) return this.#exchange(route, { at, method, path: url.pathname }, response);
    if (method !== 'GET' && method !== 'HEAD')
      return this.#send(response, text(405, 'Method not allowed.', { Allow: 'GET, HEAD' }));
    return this.#send(response, await this.#files.answer(url.pathname));
  }

  /** @param {string} method
   * @param {string} path
   * @param {import('node:http').IncomingMessage} request
   * @param {string} body
   * @returns {Route | undefined} */
  #route(method, path, request, body) {
    switch (`${method} ${path}`) {
      case 'POST /api/Identity/login':
        return { kind: 'sign-in', by: 'cookie', handle: () => this.#identity.signIn(body) };
      case 'GET /api/Identity/access-token':
        return { kind: 'refresh', by: 'cookie', target: 'refresh', handle: () => this.#identity.refresh(request) };
      case 'GET /api/Identity/logout':
        return { kind: 'sign-out', by: 'cookie', target: 'signOut', handle: () => this.#identity.signOut(request) };
      case 'POST /oauth/token': {
        const form = new URLSearchParams(body);
        const handle = () => this.#oauth.token(form);
        return form.get('grant_type') === 'password'
          ? { kind: 'sign-in', by: 'oauth', handle }
          : { kind: 'refresh', by: 'oauth', target: 'refresh', handle };
      }
      case 'POST /oauth/revoke':
        return {
          kind: 'revocation',
          by: 'oauth',
          target: 'signOut',
          handle: () => this.#oauth.revoke(new URLSearchParams(body)),
        };
      case 'GET /api/me':
        return { kind: 'api', by: null, target: 'api', handle: () => me(this.#tokens, request) };
      default:
        return undefined;
    }
  }

  /** @param {Route} route
   * @param {{ at: number, method: string, path: string }} request
   * @param {import('node:http').ServerResponse} response */
  async #exchange({ kind, by, target, handle }, request, response) {
    const fault = target && takeFault(this.#settings, target);
    const entry = this.#journal.open({ ...request, serverAt: this.#clock.now(), kind, by, fault: fault?.kind ?? null });
    response.on('close', () => {
      entry.endedAt = Date.now();
      if (response.writableFinished) entry.status = response.statusCode;
    });
    const settled = async () => {
      const answer = await handle();
      this.#journal.settle(entry, answer.outcome ?? 'accepted', answer.session);
      return answer;
    };
    const fate = fault ? await carryOut(fault, settled, this.#held, this.#clock.stated()) : await settled();
    if (entry.outcome === null) this.#journal.settle(entry, 'faulted');
    if (fate === 'drop') response.socket?.destroy();
    else if (fate !== 'hang') this.#send(response, fate);
  }

  /** @param {import('node:http').ServerResponse} response
   * @param {import('./answers.mjs').Answer} answer */
  #send(response, { status, headers, body }) {
    if (response.destroyed) return;
    response.writeHead(status, { ...headers, Date: new Date(this.#clock.stated()).toUTCString() });
    response.end(body);
  }
}

/** @param {string} path relative to this file */
function folder(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}
