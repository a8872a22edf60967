import { isRecord } from '../names.js';
import { parse } from '../origins.js';
import { type Finding, type FindingCode, findingCodes, type Tell } from './findings.js';
import { type CheckedOptions, type ReadOptions, readOptions } from './options.js';
import { type CheckedServer, type ReadServer, readServer, tellOfADay } from './servers.js';
import { inWords } from './time.js';

/**
 * What will surprise about options of `startRefreshLoop`, and about a server's own settings together with them: the worst
 * first. It throws nothing: what is wrong or unknown is a finding too. Of keys only the length, or that it is a known one, is
 * told.
 */
export function checkSettings(options: CheckedOptions, server?: CheckedServer): Finding[] {
  return examine(options, server).findings;
}

/** The findings, and what was read. */
export function examine(options: CheckedOptions, server?: CheckedServer) {
  const findings: Finding[] = [];
  const tell: Tell = (code: FindingCode, option, message) => {
    findings.push({ code, severity: findingCodes[code], option, message });
  };
  const ours = readOptions(options, tell);
  const theirs = server && readServer(server, tell);
  ofOptions(ours, theirs, tell);
  ofRequests(ours, theirs, tell);
  if (theirs) ofBoth(ours, theirs, server, tell);
  const order = ['error', 'warning', 'info'];
  findings.sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
  return { findings, ours, theirs };
}

/** How long before its end a token of this lifetime is due. */
export function windowFor(lifetime: number, { refreshWindow, adaptiveWindow }: ReadOptions): number {
  return adaptiveWindow ? Math.min(refreshWindow, lifetime / 2) : refreshWindow;
}

/** Whether tokens are refreshed at all. */
export function refreshes({ given }: ReadOptions, theirs: ReadServer | undefined): boolean {
  return given.refresh !== false && theirs?.canRefresh !== false;
}

function ofOptions(ours: ReadOptions, theirs: ReadServer | undefined, tell: Tell) {
  const { refreshWindow, checkInterval, idleTimeout, maxSessionLifespan } = ours;
  if (refreshes(ours, theirs)) {
    if (refreshWindow >= idleTimeout)
      tell(
        'WINDOW_OVER_IDLE_TIMEOUT',
        'refreshWindow',
        'it is not shorter than idleTimeout; a session may end idle before its token is ever due; make it shorter',
      );
    if (checkInterval > refreshWindow && refreshWindow > 0)
      tell(
        'CHECK_INTERVAL_OVER_WINDOW',
        'checkInterval',
        'it is longer than refreshWindow; after a late timer a token may end before it is checked; make it shorter',
      );
    if (refreshWindow === 0)
      tell(
        'NO_REFRESH_WINDOW',
        'refreshWindow',
        'it is 0, so a token is refreshed only after it has ended, and callers wait; give it a minute or more',
      );
  }
  const limits = [
    [maxSessionLifespan, 'maxSessionLifespan'],
    theirs?.maximum ?? [Number.POSITIVE_INFINITY, ''],
  ] as const;
  for (const [idle, idleName] of [
    [idleTimeout, 'idleTimeout'],
    theirs?.idle ?? [Number.POSITIVE_INFINITY, ''],
  ] as const) {
    const reached = limits.find(([maximum]) => Number.isFinite(idle) && idle >= maximum);
    if (reached)
      tell(
        'IDLE_TIMEOUT_OVER_LIFESPAN',
        idleName,
        `it is not shorter than ${reached[1]}, so it will never be reached; make it shorter`,
      );
  }
}

function ofRequests(
  { given, idleTimeout, maxSessionLifespan }: ReadOptions,
  theirs: ReadServer | undefined,
  tell: Tell,
) {
  const { refresh, signOut, probe } = given;
  const isByCookie = isRecord(refresh) && 'endpoint' in refresh;
  if (isByCookie && signOut === undefined && Math.min(idleTimeout, maxSessionLifespan) < Number.POSITIVE_INFINITY)
    tell(
      'NO_SIGN_OUT',
      'signOut',
      'the cookie outlives an idle end and a maximum end, so the next page signs in again by it; give signOut an endpoint',
    );
  if (theirs?.canRefresh === false && refresh !== undefined && refresh !== false)
    tell(
      'NO_WAY_TO_REFRESH',
      'refresh',
      'this server gives no new token for an old one, so every refresh fails; write refresh: false',
    );
  for (const [name, transport] of Object.entries({ refresh, signOut, probe })) {
    if (!isRecord(transport)) continue;
    for (const [member, url] of Object.entries(transport)) {
      if (!/endpoint$/i.test(member) || !isPlainHttp(url)) continue;
      tell('PLAIN_HTTP', `${name}.${member}`, 'it is plain http, so anybody on the way can read the tokens; use https');
    }
  }
}

function ofBoth(ours: ReadOptions, theirs: ReadServer, server: CheckedServer, tell: Tell) {
  const { lifetime, idle, hasAudience } = theirs;
  const { refreshWindow, adaptiveWindow, checkInterval, maxSessionLifespan, given } = ours;
  if (hasAudience && given.expectedAudience === undefined)
    tell(
      'NO_AUDIENCE_CHECK',
      'expectedAudience',
      'the server says whom a token is for, and nobody looks; set expectedAudience to its audience',
    );
  if (server.name === 'keycloak' && maxSessionLifespan !== Number.POSITIVE_INFINITY)
    tellOfADay(maxSessionLifespan, 'maxSessionLifespan', tell);
  if (lifetime === undefined || !refreshes(ours, theirs)) return;
  const window = windowFor(lifetime, ours);
  if (!adaptiveWindow && refreshWindow >= lifetime) {
    const message = `it is not shorter than the token's ${inWords(lifetime)}, so there is one refresh per check, every ${inWords(checkInterval)}; make it shorter, or leave adaptiveWindow on`;
    tell('WINDOW_OVER_LIFETIME', 'refreshWindow', message);
  } else if (window < refreshWindow) {
    const message = `${inWords(refreshWindow)} is more than half of the token's ${inWords(lifetime)}, so adaptiveWindow makes it ${inWords(window)}; nothing needs to be done`;
    tell('WINDOW_ADAPTED', 'refreshWindow', message);
  }
  if (idle && lifetime - window >= idle[0]) {
    const message = `a token is refreshed after ${inWords(lifetime - window)}, and by then the server's session, idle for ${inWords(idle[0])}, is over; make tokens shorter`;
    tell('REFRESH_AFTER_SERVER_IDLE', idle[1], message);
  }
}

/** As `warnOfPlainHttp` in js/http.ts has it, which the default entry would share at a cost. */
function isPlainHttp(value: unknown): boolean {
  // What is relative is so to the page.
  const url = parse(String(value), null);
  return url?.protocol === 'http:' && !/^(127(\.\d+){3}|(.*\.)?localhost|\[::1\])$/.test(url.hostname);
}
