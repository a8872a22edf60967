import { startRefreshLoop } from 'evertoken';

/** Signs in and keeps the session; tells at every refresh who the API says that is. */
export async function keepSignedIn(tell) {
  await fetch('/api/Identity/login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ login: 'Ada', password: 'demo' }),
  });
  const session = await startRefreshLoop({
    refresh: {
      endpoint: '/api/Identity/access-token',
      method: 'GET',
      read: async (response) => (await response.json()).result,
    },
    checkInterval: '1s',
  });
  let refreshes = 0;
  session.on('refreshed', async () => {
    refreshes += 1;
    const { name } = await (await session.fetch('/api/me')).json();
    tell(`${name}: refreshed ${refreshes}`);
  });
}
