// The code of docs/servers/keycloak.md as it stands there, at a real Keycloak.
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import type { Session, Tokens } from '../../js/index.js';
import { run, type StandIns, snippetsOf } from '../docs/document.js';
import { signedInByCode } from './keycloak/code-grant.js';
import { type Keycloak, scenario } from './keycloak/support.js';

const snippets = new Map(
  snippetsOf('servers/keycloak.md').flatMap(({ headings, language, code }) =>
    language === 'ts' ? [[headings.at(-1), code]] : [],
  ),
);

/** Runs one, where only the names are others. */
function snippet<Exports>(heading: string, { url }: Keycloak, standIns?: StandIns): Promise<Exports> {
  const names = { 'https://login.example.com': url, 'https://api.example.com': url, "'main'": "'usual'" };
  const code = Object.entries({ ...names, '/main/': '/usual/', 'my-app': 'web' }).reduce(
    (code, [name, other]) => code.replaceAll(name, other),
    snippets.get(heading) ?? '',
  );
  return run<Exports>(code, standIns);
}

/** Signed in by what `library` holds. */
const keycloakJs = {
  'keycloak-js': 'export default class { constructor() { Object.assign(this, library); } init = async () => true; }',
};

type Start = { start(tokens: Tokens): Promise<Session> };

/** A session of the snippet that refreshes and signs out; tells how the snapshot was in between. */
async function lifeOf(session: Session, keycloak: Keycloak, before: number) {
  onTestFinished(() => session.stop());
  await session.refresh();
  const { snapshot } = session;
  await session.signOut();
  const types = (await keycloak.events('usual')).slice(before).map(({ type }) => type);
  expect(types).toEqual(['LOGIN', 'REFRESH_TOKEN', 'REVOKE_GRANT']);
  return snapshot;
}

const after = (moment: number | undefined) => Math.round(((moment ?? 0) - Date.now() / 1_000) / 60);

afterEach(() => vi.unstubAllGlobals());

test('keycloak: each piece of code on its page is looked at', () => {
  expect([...snippets.keys()]).toEqual([
    'With keycloak-js',
    'Auth.it',
    "The server's own idle timeout",
    'Out of every application',
  ]);
});

scenario('keycloak: on its page: with keycloak-js', async ({ keycloak }) => {
  const before = (await keycloak.events('usual')).length;
  const { access_token: token, refresh_token: refreshToken, id_token: idToken } = await keycloak.signIn('usual');
  const login = vi.fn();
  vi.stubGlobal('library', { token, refreshToken, idToken, login });
  const { session } = await snippet<{ session: Session }>('With keycloak-js', keycloak, keycloakJs);
  expect(session.allows(`${keycloak.url}/api`)).toBe(true);
  const { idleEndsAt, sessionEndsAt } = await lifeOf(session, keycloak, before);
  expect([after(idleEndsAt), after(sessionEndsAt)]).toEqual([30, 600]);
  expect(login).not.toHaveBeenCalled();
});

scenario('keycloak: on its page: a session that the server has ended signs in anew', async ({ keycloak }) => {
  const grant = await keycloak.signIn('usual');
  const login = vi.fn();
  vi.stubGlobal('library', { token: grant.access_token, refreshToken: grant.refresh_token, login });
  const { session } = await snippet<{ session: Session }>('With keycloak-js', keycloak, keycloakJs);
  onTestFinished(() => session.stop());
  await keycloak.endSession('usual', grant.refresh_token);
  await expect(session.refresh()).rejects.toMatchObject({ reason: 'refresh-rejected' });
  expect(login).toHaveBeenCalledOnce();
});

scenario('keycloak: on its page: Auth.it', async ({ keycloak }) => {
  const before = (await keycloak.events('usual')).length;
  const { start } = await snippet<Start>('Auth.it', keycloak);
  const snapshot = await lifeOf(await start(await keycloak.signIn('usual')), keycloak, before);
  expect([after(snapshot.idleEndsAt), after(snapshot.sessionEndsAt)]).toEqual([30, 600]);
});

scenario("keycloak: on its page: the server's own idle timeout", async ({ keycloak }) => {
  const before = (await keycloak.events('usual')).length;
  const { start } = await snippet<Start>("The server's own idle timeout", keycloak);
  const snapshot = await lifeOf(await start(await keycloak.signIn('usual')), keycloak, before);
  expect([snapshot.idleEndsAt, snapshot.sessionEndsAt]).toEqual([undefined, undefined]);
});

scenario('keycloak: on its page: out of every application', async ({ open, keycloak }) => {
  const { tab, back, grant, silently } = await signedInByCode(open, keycloak);
  const { start } = await snippet<Start>('Auth.it', keycloak);
  const session = await start(grant);
  onTestFinished(() => session.stop());
  expect((await silently('other')).searchParams.has('code')).toBe(true);
  const assign = vi.fn();
  vi.stubGlobal('location', { origin: new URL(back).origin, assign });
  const page = await snippet<{ signOutEverywhere(session: Session): Promise<void> }>(
    'Out of every application',
    keycloak,
  );
  await page.signOutEverywhere(session);
  expect(session.snapshot).toMatchObject({ status: 'ended', reason: 'signed-out' });
  expect(assign).toHaveBeenCalledOnce();
  await tab.goto(assign.mock.calls[0]?.[0]);
  expect((await silently('other')).searchParams.get('error')).toBe('login_required');
});
