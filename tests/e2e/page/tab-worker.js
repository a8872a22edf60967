// A dedicated, a shared or a service worker that shares the session of its origin's tabs. It is given a port, and does on it
// what it is told.
import { startRefreshLoop } from '/evertoken/index.js';
import { startPatiently } from './patient.js';

const starting = startPatiently(() =>
  startRefreshLoop({
    refresh: { tokenEndpoint: '/oauth/token', clientId: 'evertoken-demo', revocationEndpoint: '/oauth/revoke' },
    // However long a slow machine takes while an answer is kept back.
    refreshTimeout: '10m',
  }),
);
const refreshed = [];
starting.then((session) => session.on('refreshed', ({ generation, by }) => refreshed.push({ generation, by })));

const COMMANDS = {
  state: ({ snapshot: { status, reason, generation }, accessToken }) => ({
    status,
    reason,
    generation,
    token: typeof accessToken,
    refreshed,
  }),
  refresh: (session) => session.refresh().then(() => 'done'),
  call: (session) => session.fetch('/api/me').then(({ status }) => status),
  signOut: (session) => session.signOut().then(() => 'done'),
};

const listen = ({ ports: [port] }) => {
  port.onmessage = async ({ data }) => port.postMessage(await COMMANDS[data](await starting));
};
// A page's first message brings the port; a shared worker's own one comes first.
globalThis.onmessage = listen;
globalThis.onconnect = ({ ports: [page] }) => {
  page.onmessage = listen;
};
