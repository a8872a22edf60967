// @ts-check
import { startRefreshLoop } from '/evertoken/index.js';
import { optionsFor, signIn } from './accounts.js';
import { Cards } from './cards.js';
import { History } from './history.js';
import { Log } from './log.js';
import { Switches } from './switches.js';
import { Timeline } from './timeline.js';

const CALL_EVERY_MS = 200;
const REMEMBERED_AS = 'evertoken-demo';

const history = new History();
const timeline = new Timeline(byId('timeline'), history);
const cards = new Cards(byId('cards'));
const log = new Log(byId('log'));
const form = /** @type {HTMLFormElement} */ (byId('sign-in'));
new Switches(/** @type {HTMLFormElement} */ (byId('switches')), byId('counts'), say);

/** @type {import('evertoken').Session | undefined} */
let session;
/** @type {import('./accounts.js').Choices} */
let choices = initialChoices();
let leaving = new AbortController();

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void attempt(async () => {
    const wanted = chosen();
    if (JSON.stringify(wanted) !== JSON.stringify(choices) || !session) {
      choices = wanted;
      localStorage.setItem(REMEMBERED_AS, String(new URLSearchParams(choices)));
      await start();
    }
    const given = new FormData(form);
    const tokens = await signIn(choices.by, String(given.get('login')), String(given.get('password')));
    session?.setTokens(tokens);
    byId('call').focus();
  });
});

byId('call').addEventListener('click', () => void attempt(() => call(true)));
byId('refresh').addEventListener('click', () => void attempt(() => session?.refresh()));
byId('sign-out').addEventListener('click', () => void attempt(() => session?.signOut()));

const callOften = toggle('call-often', (pressed) => {
  clearInterval(calling);
  if (pressed) calling = setInterval(() => void call(false), CALL_EVERY_MS);
});
/** @type {ReturnType<typeof setInterval> | undefined} */
let calling;

const goIdle = toggle('go-idle', (pressed) => {
  byId('idle-note').hidden = !pressed;
  if (!pressed) session?.recordActivity();
});
for (const input of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart']) {
  addEventListener(input, () => !goIdle.pressed && session?.snapshot.status !== 'ended' && session?.recordActivity(), {
    passive: true,
  });
}

// Who waits at the sign-in page waits for a sign-in by the way that another tab chooses.
addEventListener('storage', ({ key }) => {
  if (key !== REMEMBERED_AS || (session && session.snapshot.status !== 'ended')) return;
  choices = initialChoices();
  showChoices();
  void start();
});

showChoices();
await start();

/** Starts a session by the choices, in place of the one before. */
async function start() {
  leaving.abort();
  session?.stop();
  leaving = new AbortController();
  try {
    session = await startRefreshLoop(optionsFor(choices));
  } catch (error) {
    session = undefined;
    say(messageOf(error));
    show(undefined);
    return;
  }
  const { signal } = leaving;
  cards.show(session.snapshot, '');
  history.follow(session, signal);
  log.follow(session, signal);
  session.on('ended', ({ reason }) => say(ENDS[reason] ?? `The session has ended: ${reason}.`), { signal });
  session.on('started', () => say(''), { signal });
  session.on('idlewarning', () => say('Are you still there? The session is about to end.'), { signal });
  session.on('idlewarningcleared', () => say(''), { signal });
  session.on('change', show, { signal });
  session.on('refreshed', ({ by }) => cards.show(session?.snapshot, by), { signal });
  session.on('started', () => cards.show(session?.snapshot, ''), { signal });
  show(session.snapshot);
  log.write('ready', `by ${choices.by}: ${session.snapshot.status}`);
}

/** @type {Record<string, string>} */
const ENDS = {
  'signed-out': 'You are signed out.',
  replaced: 'Signed out here: somebody else has signed in in another tab.',
  idle: 'Signed out: nobody was there for too long.',
  'max-lifespan': 'Signed out: the session has reached its maximum.',
  'refresh-rejected': 'Signed out: the server would not refresh the session.',
};

/** @param {import('evertoken').Snapshot | undefined} snapshot */
function show(snapshot) {
  timeline.show(snapshot);
  cards.show(snapshot);
  const signedIn = snapshot?.status === 'active' || snapshot?.status === 'expired';
  if (!signedIn) {
    callOften.release();
    goIdle.release();
  }
  // Where many tabs are open, each says in its title how far it is.
  document.title = signedIn ? `#${snapshot.generation} evertoken demo` : 'evertoken demo';
  const focusWasInside = byId('signed-in').contains(document.activeElement);
  byId('starting').hidden = snapshot?.status !== 'starting';
  form.hidden = signedIn || snapshot?.status === 'starting';
  byId('signed-in').hidden = !signedIn;
  if (focusWasInside && !signedIn) byId('sign-in-button').focus();
  byId('who').textContent = signedIn
    ? `Signed in as ${session?.claims?.name ?? 'somebody'}, refreshed by ${choices.by === 'cookie' ? 'cookie' : 'OAuth'}.`
    : '';
}

/** Calls the protected API with the session's token.
 * @param {boolean} told whether it goes to the log whatever comes; else only a failure other than the last */
async function call(told) {
  if (!session) return;
  let failure = '';
  let greeting = '';
  try {
    const response = await session.fetch('/api/me');
    if (response.ok) greeting = `200, hello ${(await response.json()).name}`;
    else failure = String(response.status);
  } catch (error) {
    failure = messageOf(error);
  }
  history.call(failure === '');
  if (told || (failure !== '' && failure !== lastFailure)) log.write('api', failure || greeting);
  lastFailure = failure;
}
let lastFailure = '';

/** A button that stays pressed.
 * @param {string} id
 * @param {(pressed: boolean) => void} changed */
function toggle(id, changed) {
  const button = byId(id);
  const state = {
    pressed: false,
    release: () => state.pressed && set(false),
  };
  const set = (/** @type {boolean} */ pressed) => {
    state.pressed = pressed;
    button.setAttribute('aria-pressed', String(pressed));
    changed(pressed);
  };
  button.addEventListener('click', () => set(!state.pressed));
  return state;
}

/** The choices of the address (`?by=oauth&idle=20s&max=1m&check=1s&window=15s`), else of the last visit.
 * @returns {import('./accounts.js').Choices} */
function initialChoices() {
  /** @type {import('./accounts.js').Choices} */
  const initial = { by: 'cookie', idle: '60s', max: '5m', check: '1s', window: '15s' };
  const remembered = new URLSearchParams(localStorage.getItem(REMEMBERED_AS) ?? '');
  for (const [name, value] of [...remembered, ...new URLSearchParams(location.search)]) {
    if (Object.hasOwn(initial, name)) Object.assign(initial, { [name]: value });
  }
  return initial;
}

/** @returns {import('./accounts.js').Choices} */
function chosen() {
  const given = new FormData(form);
  return {
    ...choices,
    by: given.get('by') === 'oauth' ? 'oauth' : 'cookie',
    idle: String(given.get('idle')),
    max: String(given.get('max')),
  };
}

function showChoices() {
  for (const name of /** @type {const} */ (['idle', 'max'])) {
    const control = /** @type {HTMLSelectElement} */ (form.elements.namedItem(name));
    const value = choices[name];
    if ([...control.options].every((option) => option.value !== value)) control.add(new Option(value, value));
    control.value = value;
  }
  const by = /** @type {RadioNodeList} */ (form.elements.namedItem('by'));
  by.value = choices.by;
}

/** @param {() => unknown} act */
async function attempt(act) {
  say('');
  try {
    await act();
  } catch (error) {
    say(messageOf(error));
  }
}

/** @param {string} text */
function say(text) {
  byId('notice').textContent = text;
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
