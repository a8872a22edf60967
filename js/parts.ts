import { readCall } from './calls.js';
import { check } from './errors.js';
import { flat } from './flat.js';
import type { Endpoints } from './http.js';
import { readFields } from './names.js';
import { optionNames, plainOptions } from './option-names.js';
import { createAllowList } from './origins.js';
import { device, type Platform, platformOption } from './platform.js';
import { readTransport } from './refresh.js';
import { createSignOut } from './sign-out.js';
import { readStorage } from './storage.js';

export type Parts = ReturnType<typeof readParts>;

/** Those that make the next page ask what this one noted. */
const limits = ['idleTimeout', 'maxSessionLifespan', 'refreshWhileIdle', 'signOut'];

/** The options, read once into the parts of a session. Those that are plain values are left to the module. */
export function readParts(given: object) {
  const options = readFields(given, '', optionNames);
  const { name, tabs, signal } = options;
  const endpoints: Endpoints = new Map();
  const { refresh, revoke, clientId } = readTransport(options.refresh, endpoints);
  const tell = readCall(options.signOut, 'signOut', 'POST', endpoints);
  // The page may well ask the same endpoint, with a bearer: it is not the session's own.
  const probe = readCall(options.probe, 'probe', 'GET', new Map());
  check(!probe || !refresh, 'probe', options.probe, 'for a session that refreshes; it goes with refresh: false');
  check(name === undefined || (typeof name === 'string' && name), 'name', name, 'a string with something in it');
  check(tabs === undefined || typeof tabs === 'boolean', 'tabs', tabs, 'true or false');
  check(signal === undefined || typeof Object(signal).aborted === 'boolean', 'signal', signal, 'an AbortSignal');
  const platform = (options[platformOption as never] as Platform | undefined) ?? device;
  // In Node a session is the process's own.
  const isShared = platform.hasOrigin && tabs !== false;
  const hasRecord = isShared || (platform.hasOrigin && limits.some((name) => options[name] !== undefined));
  return {
    platform,
    plain: flat(Object.fromEntries(plainOptions.map((name) => [name, options[name]])), 2) as object,
    tokens: options.tokens,
    /** What the session can do, as src/core/settings.rs has it. */
    abilities: {
      refresh: !!refresh,
      refreshTakesToken: !!clientId,
      signOut: !!tell,
      revoke: !!revoke,
      probe: !!probe,
      tabs: isShared,
      record: hasRecord,
    },
    isShared,
    isOpaque: options.accessTokenFormat === 'opaque',
    refresh,
    signOut: createSignOut(tell, revoke),
    probe,
    storage: readStorage(options.storage),
    name: (name as string | undefined) ?? defaultName(endpoints, clientId),
    endpoints,
    allows: createAllowList(options.allowedOrigins, endpoints.values()),
    signal: signal as AbortSignal | undefined,
  };
}

/** What tells this session from others in the same store. */
function defaultName(endpoints: Endpoints, clientId: string | undefined): string {
  const token = endpoints.get('refresh.tokenEndpoint');
  return token ? `${token} ${clientId}` : (endpoints.get('refresh.endpoint')?.href ?? 'default');
}
