// A dedicated worker with a session of its own: it refreshes by cookie, calls the API, and tells.
import { startRefreshLoop } from '/evertoken/index.js';

const session = await startRefreshLoop({
  refresh: {
    endpoint: '/api/Identity/access-token',
    method: 'GET',
    read: async (response) => (await response.json()).result,
  },
});
const first = (await session.fetch('/api/me')).status;
await session.refresh();
const second = (await session.fetch('/api/me')).status;
const { status, generation } = session.snapshot;
session.stop();
postMessage({ first, second, status, generation });
