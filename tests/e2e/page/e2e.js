// What the tests see of the package in a page: `globalThis.e2e`, as declared in globals.d.ts.
import { signIn } from '/accounts.js';
import * as evertoken from '/evertoken/index.js';
import { PATIENCE, QUESTION, startPatiently } from './patient.js';

const EVENTS = [
  'started',
  'refreshed',
  'expiring',
  'expired',
  'refreshfailed',
  'idlewarning',
  'idlewarningcleared',
  'sessionexpiring',
  'signoutfailed',
  'degraded',
  'ended',
];

const TRANSPORTS = {
  cookie: {
    refresh: {
      endpoint: '/api/Identity/access-token',
      method: 'GET',
      read: async (response) => (await response.json()).result,
    },
    signOut: { endpoint: '/api/Identity/logout', method: 'GET' },
  },
  oauth: {
    refresh: { tokenEndpoint: '/oauth/token', clientId: 'evertoken-demo', revocationEndpoint: '/oauth/revoke' },
  },
};

/** A store of the application's own, which answers by promises. */
const OWN_STORE = {
  get: async (key) => localStorage.getItem(`own ${key}`),
  set: async (key, text) => localStorage.setItem(`own ${key}`, text),
  remove: async (key) => localStorage.removeItem(`own ${key}`),
};

const UNCAUGHT = 'uncaught';

globalThis.e2e = {
  evertoken,
  /** Of the session started last, oldest first. */
  events: [],
  session: undefined,

  /** Starts a session by one of the demo server's two ways. */
  async start(by, options = {}) {
    const { storage } = options;
    const store = storage && { storage: storage === 'own' ? OWN_STORE : storage };
    return e2e.follow(await e2e.startLoop({ ...TRANSPORTS[by], ...options, ...store }));
  },

  /** Where time stands still a start would not see how long it waits for the answer of other tabs. */
  async startLoop(options, { alone = false } = {}) {
    if (!globalThis.clock) return startPatiently(() => evertoken.startRefreshLoop(options));
    const starting = evertoken.startRefreshLoop(options);
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    starting.then(over, over);
    while (!isOver) {
      await clock.settled();
      if (isOver || !clock.pending().includes(QUESTION)) continue;
      if (!alone) await clock.wait(() => isOver, PATIENCE);
      if (!isOver) await clock.run(QUESTION);
    }
    return starting;
  },

  /** Starts a session and signs in to it. */
  async signIn(by, options) {
    const session = await e2e.start(by, options);
    session.setTokens(await signIn(by, 'ada', 'demo'));
    return session;
  },

  /** Starts a session at a real server: the options of its profile, and others. */
  async startAt(server, settings, options = {}) {
    const profile = await e2e.profile(server);
    const name = { 'open-webui': 'openWebUi', 'better-forms': 'betterForms' }[server] ?? server;
    return e2e.follow(await e2e.startLoop({ ...(await profile[name](settings)), ...options }));
  },

  profile: (server) => import(`/evertoken/servers/${server}.js`),

  /** A sign-in by a profile, and its session, where it comes to that. Says what else is to be done. */
  async signInAt(server, settings, credentials) {
    const { signIn } = await e2e.profile(server);
    const { tokens, nextStep } = await signIn(settings, credentials);
    if (tokens) e2e.session.setTokens(tokens);
    return nextStep;
  },

  follow(session) {
    e2e.session = session;
    e2e.events = [];
    for (const type of EVENTS) session.on(type, (detail) => e2e.events.push({ type, ...detail }));
    return session;
  },

  /** What a promise comes to, in plain values. */
  outcome: (promise) =>
    promise.then(
      (value) => ({ value }),
      ({ name, message, code, option, reason }) => ({ name, message, code, option, reason }),
    ),

  tokens: signIn,

  /** The errors that nobody caught, in any page of the profile. */
  get uncaught() {
    return JSON.parse(localStorage.getItem(UNCAUGHT) ?? '[]');
  },
  set uncaught(errors) {
    if (errors.length > 0) localStorage.setItem(UNCAUGHT, JSON.stringify(errors));
    else localStorage.removeItem(UNCAUGHT);
  },
};

addEventListener('error', ({ error, message }) => report(error ?? message));
addEventListener('unhandledrejection', ({ reason }) => report(reason));

function report(error) {
  e2e.uncaught = [...e2e.uncaught, String(error?.stack ?? error)];
}
