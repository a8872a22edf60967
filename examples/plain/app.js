import { signIn, startSession } from './session.js';

const find = (selector) => document.querySelector(selector);
const shown = (name) => find(`[data-testid=${name}]`);

const session = await startSession();
session.subscribe(show);
show();
setInterval(showCountdown, 1000);

let refreshes = 0;
session.on('refreshed', () => {
  refreshes += 1;
  shown('refreshes').textContent = refreshes;
});

find('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  find('#problem').textContent = '';
  try {
    session.setTokens(await signIn(find('input').value));
  } catch (error) {
    find('#problem').textContent = error;
  }
});
find('#call').addEventListener('click', async () => {
  shown('api').textContent = await callApi().catch(String);
});
find('#leave').addEventListener('click', () => session.signOut());

async function callApi() {
  const response = await session.fetch('/api/me');
  return response.ok ? `200, hello ${(await response.json()).name}` : `The API answered ${response.status}.`;
}

function show() {
  const { status } = session.snapshot;
  shown('status').textContent = status;
  find('form').hidden = status !== 'ended';
  find('section').hidden = status === 'ended' || status === 'starting';
  shown('claims').replaceChildren(
    ...Object.entries(session.claims ?? {}).flatMap(([name, value]) => [
      element('dt', name),
      element('dd', typeof value === 'string' ? value : JSON.stringify(value)),
    ]),
  );
  showCountdown();
}

function showCountdown() {
  const { idleEndsAt = 0 } = session.snapshot;
  const seconds = Math.max(0, Math.ceil(idleEndsAt - Date.now() / 1000));
  shown('idle').textContent = `Idle: ${seconds} s left`;
}

function element(name, text) {
  return Object.assign(document.createElement(name), { textContent: text });
}
