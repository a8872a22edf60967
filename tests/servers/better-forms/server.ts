// BetterForms' stand-in: Feathers with its local and JWT strategies, and users in memory.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { feathersPackage } from '../../../scripts/lib/servers/better-forms.mjs';

export const ADA = { email: 'ada@example.com', password: 'a password' };

interface SiteSettings {
  /** The `aud` of its tokens, and what it takes. */
  audience?: string | readonly string[];
  /** Token Expiry, in BetterForms' own grammar. */
  tokenExpiry?: string;
}

/** One that listens until the test is over. */
export async function startBetterForms({ audience = 'forms.example.com', tokenExpiry = '1h' }: SiteSettings = {}) {
  const { feathers } = feathersPackage('@feathersjs/feathers');
  const { default: express, cors, errorHandler, json, rest } = feathersPackage('@feathersjs/express');
  const { AuthenticationService, authenticate, JWTStrategy } = feathersPackage('@feathersjs/authentication');
  const { LocalStrategy, hooks } = feathersPackage('@feathersjs/authentication-local');
  const { memory } = feathersPackage('@feathersjs/memory');

  const seen: string[] = [];
  const app = express(feathers());
  app.set('authentication', {
    secret: randomBytes(32).toString('hex'),
    entity: 'user',
    service: 'users',
    authStrategies: ['jwt', 'local'],
    jwtOptions: { audience, expiresIn: expiresIn(tokenExpiry), issuer: 'better-forms' },
    local: { usernameField: 'email', passwordField: 'password' },
  });
  app.use(cors());
  app.use(({ method, url, headers }: IncomingMessage, _: unknown, next: () => void) => {
    seen.push(`${method} ${url}${headers.authorization ? ' with a bearer' : ''}`);
    next();
  });
  app.use(json());
  app.configure(rest());
  const authentication = new AuthenticationService(app);
  authentication.register('jwt', new JWTStrategy());
  authentication.register('local', new LocalStrategy());
  app.use('/authentication', authentication);
  app.use('/users', memory());
  app.use('/forms', { find: async () => [] });
  app.service('users').hooks({ before: { create: [hooks.hashPassword('password')] } });
  app.service('forms').hooks({ before: { all: [authenticate('jwt')] } });
  app.use(errorHandler({ logger: false }));
  await app.service('users').create({ ...ADA });

  const http = await app.listen(0, '127.0.0.1');
  if (!http.listening) await once(http, 'listening');
  onTestFinished(() => {
    http.close();
    http.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${http.address().port}`,
    /** What has come so far: `GET /forms with a bearer`. */
    seen,
    /** From the next sign-in on. */
    set({ audience, tokenExpiry }: SiteSettings) {
      const changes = {
        ...(audience !== undefined && { audience }),
        ...(tokenExpiry !== undefined && { expiresIn: expiresIn(tokenExpiry) }),
      };
      Object.assign(app.get('authentication').jwtOptions, changes);
    },
  };
}

/** Blank is a day, all digits are seconds, and all else is read by `ms`. */
function expiresIn(tokenExpiry: string): string | number {
  if (!tokenExpiry) return 86_400;
  return /^\d+$/.test(tokenExpiry) ? Number(tokenExpiry) : tokenExpiry;
}
