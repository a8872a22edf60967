// A Keycloak of a test run's own: its realms, its database, its event log.
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '../../../scripts/lib/project.mjs';
import { keycloakHome } from '../../../scripts/lib/servers/keycloak.mjs';

/** Realms that are realm.json, which has what Keycloak and Auth.it set where nobody changes it, but for this. In seconds. */
const REALMS = {
  usual: {},
  minute: { accessTokenLifespan: 60 },
  'short-idle': { accessTokenLifespan: 30, ssoSessionIdleTimeout: 60 },
  'short-max': { accessTokenLifespan: 60, ssoSessionMaxLifespan: 180 },
  reusable: { revokeRefreshToken: false },
};

export type RealmName = keyof typeof REALMS;

/** What the names of clients begin with that are none: their refused requests mark places in the log. */
const MARK = 'mark-';

/** The token endpoint's answer. */
export type Grant = {
  access_token: string;
  refresh_token: string;
  id_token: string;
  expires_in: number;
  refresh_expires_in: number;
  session_state: string;
};

/** An entry of the event log. */
export interface KeycloakEvent {
  type: string;
  realm: string;
  /** Not told where a refresh token is too old to be read. */
  session: string | undefined;
  /** The ID of the refresh token that was presented, or brought by a sign-in. */
  refreshToken: string | undefined;
}

export type Keycloak = Awaited<ReturnType<typeof startKeycloak>>;

/** One that answers. Whoever starts it closes it; it ends with this process, too. */
export async function startKeycloak() {
  const home = mkdtempSync(join(tmpdir(), 'evertoken-keycloak-'));
  for (const folder of ['conf', 'lib', 'providers', 'themes'])
    symlinkSync(join(keycloakHome, folder), join(home, folder));
  mkdirSync(join(home, 'data/import'), { recursive: true });
  writeFileSync(join(home, 'data/import/realms.json'), JSON.stringify(realms()));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const issuer = (realm: RealmName) => `${url}/realms/${realm}`;
  const post = (realm: RealmName, name: string, form: Record<string, string>, at = url) => {
    const body = new URLSearchParams({ client_id: 'web', ...form });
    return fetch(`${at}/realms/${realm}/protocol/openid-connect/${name}`, { method: 'POST', body });
  };

  let output = '';
  let running: ChildProcess | undefined;
  const start = async () => {
    running = run(home, port).on('error', ({ message }) => {
      output += message;
    });
    for (const stream of [running.stdout, running.stderr])
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    await answers(issuer('usual'), running, () => output);
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (!running?.pid || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    // The script and the server that it has started.
    process.kill(-running.pid, signal);
    await ended;
  };
  const close = async () => {
    await end('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  };
  let marks = 0;
  /** Until all that Keycloak has logged before its answers so far has come out of its pipe: entries come in order. */
  const catchUp = async (realm: RealmName) => {
    const mark = `${MARK}${++marks}`;
    await post(realm, 'token', { client_id: mark, grant_type: 'refresh_token', refresh_token: 'none' });
    while (!output.includes(`clientId="${mark}"`)) {
      if (running?.exitCode !== null) throw new Error(`Keycloak has ended:\n${output.slice(-4_000)}`);
      await new Promise((go) => setTimeout(go, 2));
    }
  };
  await start().catch(async (error) => {
    await close();
    throw error;
  });

  return {
    url,
    issuer,
    close,
    /** Until it is started again, on the same port and with the same database. */
    stop: () => end('SIGTERM'),
    start,
    /** A session of the user's, without a browser; Keycloak is who it is called, so `at` makes the issuer. */
    async signIn(realm: RealmName, at = url): Promise<Grant> {
      const form = { grant_type: 'password', username: 'ada', password: 'demo', scope: 'openid' };
      const answer = await post(realm, 'token', form, at);
      if (!answer.ok) throw new Error(`the sign-in to ${realm} was answered with ${answer.status}`);
      return (await answer.json()) as Grant;
    },
    /** What a refresh with this token is answered. It is used up by that. */
    async present(realm: RealmName, refreshToken: string, client = 'web') {
      const form = { client_id: client, grant_type: 'refresh_token', refresh_token: refreshToken };
      const answer = await post(realm, 'token', form);
      const { error, refresh_token: next } = (await answer.json()) as Partial<Grant & { error: string }>;
      return { told: { status: answer.status, error }, next };
    },
    /** Ends a session at the server alone. */
    endSession: (realm: RealmName, refreshToken: string) => post(realm, 'logout', { refresh_token: refreshToken }),
    /** The event log of a realm, oldest first, with all that Keycloak has answered so far. */
    async events(realm: RealmName) {
      await catchUp(realm);
      return eventsIn(output).filter((event) => event.realm === realm);
    },
  };
}

function realms() {
  const realm = JSON.parse(readFileSync(new URL('realm.json', import.meta.url), 'utf8'));
  // Most of the start would be Keycloak's search for primes, a key for each realm; so they all get one that is made here.
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const privateKey = key.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  return Object.entries(REALMS).map(([name, differences]) => ({ ...realm, privateKey, realm: name, ...differences }));
}

function run(home: string, port: number): ChildProcess {
  const options = ['start', '--optimized', '--import-realm', '--cache=local', `-Dkc.home.dir=${home}`];
  const address = ['--http-enabled=true', '--http-host=127.0.0.1', `--http-port=${port}`, '--hostname-strict=false'];
  const log = ['--log-console-color=false', '--spi-events-listener--jboss-logging--success-level=info'];
  const command = [join(keycloakHome, 'bin/kc.sh'), ...options, ...address, ...log];
  // The kernel tells it when this process ends, however that comes; elsewhere it is only told when that comes in order.
  const [program = '', ...args] =
    process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'TERM', ...command] : command;
  // The fast compiler alone: it is up sooner, and takes less of a small machine.
  const env = environment({ JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1' });
  return spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env });
}

async function answers(issuer: string, { pid }: ChildProcess, output: () => string) {
  const isThere = () =>
    fetch(`${issuer}/.well-known/openid-configuration`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (const from = performance.now(); !(await isThere()); await new Promise((go) => setTimeout(go, 200))) {
    if (pid && performance.now() - from < 280_000 && isAlive(pid)) continue;
    throw new Error(`Keycloak did not start:\n${output().slice(-4_000)}`);
  }
}

function isAlive(pid: number) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The entries of the event listener that writes to the log: `type="…", realmName="…", …`. */
function eventsIn(output: string): KeycloakEvent[] {
  return output.split('\n').flatMap((line) => {
    if (!line.includes('[org.keycloak.events]')) return [];
    const member = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(line)?.[1];
    const [type, realm] = [member('type'), member('realmName')];
    const isMark = member('clientId')?.startsWith(MARK);
    return type && realm && !isMark
      ? [{ type, realm, session: member('sessionId'), refreshToken: member('refresh_token_id') }]
      : [];
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
