// An Open WebUI of a test run's own: its auth router, its database, its log.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '../../../scripts/lib/project.mjs';
import { openWebUiPython } from '../../../scripts/lib/servers/open-webui.mjs';

const ADMIN = 'admin@localhost';
export const PASSWORD = 'a password';

/** What paths end with that are none: their requests mark places in the log. */
const MARK = 'mark-';

export type OpenWebUi = Awaited<ReturnType<typeof startOpenWebUi>>;

/** One that answers, and has an administrator. Whoever starts it closes it; it ends with this process, too. */
export async function startOpenWebUi() {
  const home = mkdtempSync(join(tmpdir(), 'evertoken-open-webui-'));
  const child = run(home);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  const close = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(home, { recursive: true, force: true });
  };
  const listens = async (): Promise<string> => {
    for (const from = performance.now(); child.exitCode === null && performance.now() - from < 280_000; ) {
      const [, url] = /Uvicorn running on (http:\S+)/.exec(output) ?? [];
      if (url) return url;
      await new Promise((go) => setTimeout(go, 100));
    }
    throw new Error(`Open WebUI did not start:\n${output.slice(-4_000)}`);
  };
  const url = await listens().catch(async (error) => {
    await close();
    throw error;
  });

  const ask = async (path: string, body?: object, token?: string) => {
    const response = await fetch(`${url}/api/v1/auths${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}`);
    return (await response.json()) as Record<string, unknown>;
  };
  const person = (email: string) => ({ name: email, email, password: PASSWORD, profile_image_url: '/user.png' });
  const { token } = await ask('/signup', person(ADMIN));
  const asAdmin = (path: string, body?: object) => ask(path, body, token as string);
  let people = 0;
  let marks = 0;
  /** Until all that was logged before the answers so far has come out of the pipe: entries come in order. */
  const catchUp = async () => {
    const path = `/api/v1/auths/${MARK}${++marks}`;
    await fetch(url + path);
    while (!output.includes(`"GET ${path} `)) {
      if (child.exitCode !== null) throw new Error(`Open WebUI has ended:\n${output.slice(-4_000)}`);
      await new Promise((go) => setTimeout(go, 2));
    }
  };

  return {
    url,
    close,
    /** A person of their own for each test: sign-ins are limited by the e-mail address. */
    async person(): Promise<{ email: string; password: string }> {
      const email = `person-${++people}@localhost`;
      await asAdmin('/add', { ...person(email), role: 'user' });
      return { email, password: PASSWORD };
    },
    /** Sets what the administrator's panel sets. */
    async set(settings: Record<string, unknown>) {
      const changed = await asAdmin('/admin/config', { ...(await asAdmin('/admin/config')), ...settings });
      for (const [name, value] of Object.entries(settings))
        if (changed[name] !== value) throw new Error(`${name} is ${changed[name]}, for ${value} is not taken`);
    },
    /** Ends all sessions of a person, which a new password does. */
    endSessions: (accessToken: string) =>
      ask('/update/password', { password: PASSWORD, new_password: `${PASSWORD} more` }, accessToken),
    /** The status with which the server answers this token. */
    statusFor: async (accessToken: string) =>
      (await fetch(`${url}/api/v1/auths/`, { headers: { authorization: `Bearer ${accessToken}` } })).status,
    /** What has come from pages and tests and is answered, out of the log: `GET /api/v1/auths/ 200`. */
    async log() {
      await catchUp();
      return [...output.matchAll(/"([A-Z]+ \S+) HTTP\/1.1" (\d+)/g)]
        .map(([, request, status]) => `${request} ${status}`)
        .filter((line) => !line.startsWith('OPTIONS') && !line.includes(MARK));
    },
  };
}

function run(home: string) {
  const folders = { DATA_DIR: 'data', STATIC_DIR: 'static', FRONTEND_BUILD_DIR: 'frontend' };
  const paths = Object.entries(folders).map(([name, folder]) => [name, join(home, folder)]);
  for (const folder of ['data', 'static', 'frontend/static']) mkdirSync(join(home, folder), { recursive: true });
  const env = environment({
    ...Object.fromEntries(paths),
    WEBUI_SECRET_KEY: randomBytes(24).toString('hex'),
    JWT_EXPIRES_IN: '1h',
    OFFLINE_MODE: 'true',
    // So that no other database is imported; this one is never connected to.
    VECTOR_DB: 'pgvector',
    PGVECTOR_DB_URL: 'postgresql://localhost/none',
    PYTHONUNBUFFERED: '1',
  });
  const command = [openWebUiPython, '-m', 'uvicorn', 'app:app', '--host', '127.0.0.1', '--port', '0'];
  const options = ['--app-dir', import.meta.dirname, '--no-use-colors'];
  // The kernel ends it when this process ends, however that comes.
  const [program = '', ...args] =
    process.platform === 'linux'
      ? ['setpriv', '--pdeathsig', 'KILL', ...command, ...options]
      : [...command, ...options];
  return spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env, cwd: home });
}
