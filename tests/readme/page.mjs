// The page and the network that the README's examples take for granted, over the demo server at the URL in DEMO: imported
// before an example. Somebody is signed in, by cookie and by OAuth.
import { readFile } from 'node:fs/promises';

const demo = process.env.DEMO;
const send = globalThis.fetch;
const page = 'https://app.example.com/';

let cookie = '';
const withCookie = async (path, init = {}) => {
  const response = await send(demo + path, {
    ...init,
    headers: { ...Object.fromEntries(new Headers(init.headers)), cookie },
  });
  cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
  return response;
};
const form = (path, fields) =>
  send(demo + path, { method: 'POST', body: new URLSearchParams([...fields, ['client_id', 'evertoken-demo']]) });
const formOf = (path) => (init) =>
  form(
    path,
    [...init.body].filter(([name]) => name !== 'client_id'),
  );

const routes = {
  'POST https://app.example.com/auth/refresh': async () => {
    const { result } = await (await withCookie('/api/Identity/access-token')).json();
    return result ? Response.json({ accessToken: result }) : new Response(null, { status: 401 });
  },
  'POST https://app.example.com/auth/sign-out': () => withCookie('/api/Identity/logout'),
  'GET https://app.example.com/api/Identity/access-token': (init) => withCookie('/api/Identity/access-token', init),
  'GET https://app.example.com/api/Identity/logout': () => withCookie('/api/Identity/logout'),
  'GET https://app.example.com/api/me': (init) => withCookie('/api/me', init),
  'GET https://app.example.com/assets/evertoken.wasm': async () =>
    new Response(await readFile(process.env.WASM), { headers: { 'content-type': 'application/wasm' } }),
  'GET https://api.example.com/me': (init) => send(`${demo}/api/me`, init),
  'POST https://login.example.com/oauth/token': formOf('/oauth/token'),
  'POST https://login.example.com/oauth/revoke': formOf('/oauth/revoke'),
};

globalThis.location = new URL(page);
globalThis.fetch = async (input, init = {}) => {
  const route = `${init.method ?? 'GET'} ${new URL(input, page)}`;
  if (!routes[route]) throw new TypeError(`nobody answers ${route}`);
  return routes[route](init);
};

const signIn = { method: 'POST', body: JSON.stringify({ login: 'ada', password: 'demo' }) };
await withCookie('/api/Identity/login', signIn);
const password = Object.entries({ grant_type: 'password', username: 'ada', password: 'demo' });
globalThis.tokens = await (await form('/oauth/token', password)).json();

globalThis.csrfToken = () => 'anti-forgery';
globalThis.clientCredentialsGrant = async () => (await form('/oauth/token', password)).json();
for (const name of ['render', 'showDialog', 'hideDialog', 'goToSignIn', 'showOffline'])
  globalThis[name] = (...args) => console.log(name, ...args);
