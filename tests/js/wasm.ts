import { readFileSync } from 'node:fs';
import { vi } from 'vitest';
import { type Core, calling, type Host, type Loop, type Report } from '../../js/boundary.js';
import { flat, flatReport, flatTokens } from '../../js/flat.js';
import { initSync, parseDuration, RefreshLoop, readClaims } from '../../js/generated/evertoken.js';
import type { Platform } from '../../js/platform.js';
import { fromText, readStored, toText } from '../../js/stored.js';

const bytes = readFileSync(new URL('../../js/generated/evertoken.wasm', import.meta.url));

/** The module that was built last, in an instance that all tests of a file share. */
export function loadCore(): Core {
  initSync({ module: bytes });
  return { RefreshLoop, readClaims, parseDuration };
}

/** What a session can do, as src/core/settings.rs has it. */
export interface Abilities {
  refresh?: boolean;
  refreshTakesToken?: boolean;
  signOut?: boolean;
  revoke?: boolean;
  probe?: boolean;
  tabs?: boolean;
  record?: boolean;
}

/** A host that remembers what it was told, and answers nothing. */
export function recordingHost() {
  const told = {
    token: undefined as string | undefined,
    idToken: undefined as string | undefined,
    until: [-1, -1] as [wall: number, mono: number],
    /** How many events the session has taken. */
    turns: 0,
    snapshots: [] as Record<string, unknown>[],
    events: [] as { type: string; detail: object }[],
    answers: [] as object[],
    warnings: [] as string[],
    refreshes: [] as object[],
    signOuts: [] as ({ attempt: number } & Parameters<Host['signOut']>[1])[],
    probes: [] as number[],
    abandoned: [] as number[],
    saved: [] as (string | undefined)[],
    /** What lies in the record; a browser's would be IndexedDB's. */
    record: undefined as string | undefined,
    syncs: 0,
    locks: [] as string[],
    sent: [] as object[],
    released: 0,
    ready: 0,
    get snapshot() {
      return told.snapshots.at(-1) ?? {};
    },
  };
  const host: Host = {
    hold: (token, idToken) => Object.assign(told, { token, idToken }),
    usable: (wall, mono) => {
      told.turns++;
      told.until = [wall, mono];
    },
    snapshot: (snapshot) => told.snapshots.push({ ...snapshot }),
    emit: (type, detail) => told.events.push({ type, detail }),
    settle: (caller, token, failure) => told.answers.push({ caller, ...(token && { token }), ...failure }),
    ready: () => told.ready++,
    warn: (message) => told.warnings.push(message),
    refresh: (attempt, reason, refreshToken) =>
      told.refreshes.push({ attempt, reason, ...(refreshToken && { refreshToken }) }),
    signOut: (attempt, order) => told.signOuts.push({ attempt, ...order }),
    probe: (attempt) => told.probes.push(attempt),
    abandon: (attempt) => told.abandoned.push(attempt),
    save: (stored) => told.saved.push(stored && toText(stored)),
    comeBack: () => false,
    lock: (how) => told.locks.push(how),
    unlock: () => told.locks.push('unlock'),
    sync: () => told.syncs++,
    send: (message) => told.sent.push(message),
    release: () => told.released++,
  };
  return { told, host };
}

/** Starts a loop as js/session.ts does. */
export function startLoop(
  { tokens, ...options }: Readonly<Record<string, unknown>>,
  can: Abilities,
  stored: string | undefined,
  host: Host,
  platform?: Platform,
): Loop {
  const { RefreshLoop } = loadCore();
  const own = flat(options, 2) as object;
  return calling(() =>
    RefreshLoop.start(own, can, flatTokens(tokens), readStored(stored, host.warn), 0.5, host, platform),
  );
}

/** `setTokens()` */
export const signIn = (loop: Loop, tokens: unknown) => calling(() => loop.setTokens(flatTokens(tokens)));

/** A loop over the real module that has asked for its first token set, unless it was given one. */
export function startedLoop(
  options: Readonly<Record<string, unknown>> = {},
  can: Abilities = { refresh: true },
  kept: {
    readonly stored?: string | undefined;
    readonly record?: string | undefined;
    readonly platform?: Platform;
  } = {},
) {
  const { told, host } = recordingHost();
  told.record = kept.record;
  const inner = startLoop(options, can, kept.stored, host, kept.platform);
  /** Reads the record and writes it, as often as the loop wants that. */
  const sync = () => {
    for (; told.syncs > 0; told.syncs--) {
      const record: object | undefined = inner.found(fromText(told.record));
      told.record = record ? toText(record) : told.record;
      inner.synced(true);
    }
  };
  const loop: Loop = new Proxy(inner, {
    get:
      (_, name: keyof Loop) =>
      (...given: never[]) => {
        (inner[name] as (...given: never[]) => unknown)(...given);
        sync();
      },
  });
  sync();
  const answer = (report: Report) => loop.refreshed(latestAttempt(told), flatReport(report));
  return { loop, told, host, answer };
}

const latestAttempt = ({ refreshes }: { refreshes: object[] }) =>
  (refreshes.at(-1) as { attempt: number } | undefined)?.attempt ?? 0;

/** One whose first refresh has brought `answer`. */
export function liveLoop(
  answer: unknown = { accessToken: 'one', expiresIn: 600 },
  options = {},
  can?: Abilities,
  platform?: Platform,
) {
  const made = startedLoop(options, can, platform && { platform });
  made.answer({ answer });
  return made;
}

export function jwt(claims: object | string): string {
  const text = typeof claims === 'string' ? claims : JSON.stringify(claims);
  return `eyJhbGciOiJub25lIn0.${Buffer.from(text).toString('base64url')}.c2ln`;
}

/** Both clocks of the device stand still but for the tests. */
export function fakeClocks() {
  vi.useFakeTimers({
    toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'],
    now: 1_700_000_000_000,
  });
}
