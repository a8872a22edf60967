import { signIn, startSession } from './session.js';

const byId = (id) => document.getElementById(id);
const session = await startSession();

let refreshes = 0;
session.on('refreshed', () => {
  byId('refreshes').textContent = String(++refreshes);
});
session.subscribe(show);
setInterval(showIdle, 1000);
show();

byId('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault();
  byId('problem').textContent = '';
  try {
    session.setTokens(await signIn(new FormData(event.target).get('name')));
  } catch (error) {
    byId('problem').textContent = String(error);
  }
});
byId('call').addEventListener('click', async () => {
  try {
    const response = await session.fetch('/api/me');
    byId('answer').textContent = response.ok
      ? `200, hello ${(await response.json()).name}`
      : `The API answered ${response.status}.`;
  } catch (error) {
    byId('answer').textContent = String(error);
  }
});
byId('sign-out').addEventListener('click', () => session.signOut());

function show() {
  const { status } = session.snapshot;
  byId('status').textContent = status;
  byId('sign-in').hidden = status !== 'ended';
  byId('signed-in').hidden = status === 'ended';
  byId('claims').replaceChildren(...Object.entries(session.claims ?? {}).flatMap(term));
  if (status === 'ended') byId('answer').textContent = '';
  showIdle();
}

function showIdle() {
  const { idleEndsAt } = session.snapshot;
  byId('idle').textContent = idleEndsAt ? String(Math.max(0, Math.ceil(idleEndsAt - Date.now() / 1000))) : '';
}

function term([name, value]) {
  const [title, text] = ['dt', 'dd'].map((tag) => document.createElement(tag));
  title.textContent = name;
  text.textContent = typeof value === 'string' ? value : JSON.stringify(value);
  return [title, text];
}
