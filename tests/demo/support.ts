import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { createDemoServer, type DemoServer } from '../../examples/demo/server/demo-server.mjs';

/** One demo server for a test file, reset before every test. */
export function useDemoServer(options: Parameters<typeof createDemoServer>[0] = {}): DemoServer {
  const server = createDemoServer(options);
  beforeAll(() => server.listen(0));
  beforeEach(() => server.reset());
  afterAll(() => server.close());
  return server;
}

/** What a browser does here: it keeps the one cookie and sends it back. */
export class Client {
  cookie: string | undefined;
  setCookie: string | undefined;

  readonly #server: DemoServer;

  constructor(server: DemoServer) {
    this.#server = server;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.cookie) headers.set('Cookie', this.cookie);
    const response = await fetch(this.#server.url + path, { ...init, headers });
    this.setCookie = response.headers.getSetCookie()[0];
    if (this.setCookie) this.cookie = this.setCookie.split(';')[0];
    return response;
  }

  async json<Shape>(path: string, init?: RequestInit): Promise<Shape> {
    return (await (await this.fetch(path, init)).json()) as Shape;
  }

  send(method: string, path: string, body: unknown): Promise<Response> {
    return this.fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  }

  async signIn(login = 'ada', rememberMe = false): Promise<string> {
    const answer = await this.send('POST', '/api/Identity/login', { login, password: 'demo', rememberMe });
    return ((await answer.json()) as { result: { accessToken: string } }).result.accessToken;
  }

  /** The result of a cookie refresh: a token, or the empty string. */
  async cookieRefresh(): Promise<string> {
    return (await this.json<{ result: string }>('/api/Identity/access-token')).result;
  }

  token(form: Record<string, string>): Promise<Response> {
    return this.fetch('/oauth/token', {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'evertoken-demo', ...form }),
    });
  }

  async grant(form: Record<string, string>): Promise<TokenAnswer> {
    return (await (await this.token(form)).json()) as TokenAnswer;
  }

  passwordGrant(username = 'ada'): Promise<TokenAnswer> {
    return this.grant({ grant_type: 'password', username, password: 'demo' });
  }

  refreshGrant(refreshToken: string): Promise<Response> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  me(accessToken?: string): Promise<Response> {
    return this.fetch(
      '/api/me',
      accessToken === undefined ? {} : { headers: { Authorization: `Bearer ${accessToken}` } },
    );
  }
}

export interface TokenAnswer {
  access_token: string;
  token_type: string;
  expires_in?: number;
  refresh_token: string;
  refresh_expires_in: number;
  scope: string;
}

/** `exp - iat`, undefined without `exp`. */
export function lifetimeOf(accessToken: string): number | undefined {
  const { exp, iat } = decodeJwt(accessToken);
  return exp === undefined ? undefined : exp - (iat ?? Number.NaN);
}
