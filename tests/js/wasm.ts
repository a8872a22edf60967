import { readFileSync } from 'node:fs';
import { vi } from 'vitest';
import type { Core, Glue, Host, Loop, Report } from '../../js/boundary.js';
import { createCore } from '../../js/core.js';
import { build } from '../../js/generated/build.js';
import { createLoader } from '../../js/init.js';
import { imports } from '../../js/io.js';
import * as on from '../../js/loop-events.js';
import { fromText, toText } from '../../js/stored.js';

const bytes = readFileSync(new URL('../../js/generated/evertoken.wasm', import.meta.url));
const instantiate = async (imports: WebAssembly.Imports) => (await WebAssembly.instantiate(bytes, imports)).instance;
const loader = createLoader({ [build]: imports }, createCore);

/** What stands in `js/` over the wasm that was built last. */
export function loadCore(): Promise<Core> {
  return loader.load(instantiate);
}

/** What the wasm exports, of an instance of its own. */
export async function loadGlue(): Promise<Glue> {
  return (await instantiate({ [build]: imports })).exports as unknown as Glue;
}

/** As bits. */
export const abilities = {
  refresh: 1,
  refreshTakesToken: 2,
  signOut: 4,
  revoke: 8,
  probe: 16,
  tabs: 32,
  record: 64,
};

/** A host that remembers what it was told, and answers nothing. */
export function recordingHost() {
  const told = {
    token: undefined as string | undefined,
    idToken: undefined as string | undefined,
    until: [-1, -1] as [wall: number, mono: number],
    snapshots: [] as Record<string, unknown>[],
    events: [] as { type: string; detail: object }[],
    answers: [] as Parameters<Host['settle']>[0][],
    warnings: [] as string[],
    refreshes: [] as Parameters<Host['refresh']>[0][],
    signOuts: [] as Parameters<Host['signOut']>[0][],
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
      told.until = [wall, mono];
    },
    snapshot: (snapshot) => told.snapshots.push(snapshot as Record<string, unknown>),
    emit: (event) => told.events.push(event),
    settle: (answer) => told.answers.push(answer),
    ready: () => told.ready++,
    warn: (message) => told.warnings.push(message),
    refresh: (order) => told.refreshes.push(order),
    signOut: (order) => told.signOuts.push(order),
    probe: ({ attempt }) => told.probes.push(attempt),
    abandon: ({ attempt }) => told.abandoned.push(attempt),
    save: (text) => told.saved.push(text),
    comeBack: () => false,
    lock: ({ how }) => told.locks.push(['lock', 'steal', 'force'][how] as string),
    unlock: () => told.locks.push('unlock'),
    sync: () => told.syncs++,
    send: (message) => told.sent.push(message),
    release: () => told.released++,
  };
  return { told, host };
}

/** A loop over the real wasm that has asked for its first token set, unless it was given one. */
export async function startedLoop(
  options: Readonly<Record<string, unknown>> = {},
  can = abilities.refresh,
  kept: { readonly stored?: string | undefined; readonly record?: string | undefined } = {},
) {
  const core = await loadCore();
  const { told, host } = recordingHost();
  told.record = kept.record;
  const inner = core.startLoop(options, can, kept.stored, host);
  /** Reads the record and writes it, as often as the loop wants that. */
  const sync = () => {
    for (; told.syncs > 0; told.syncs--) {
      const record = inner.handle(on.found, 0, { record: fromText(told.record) });
      told.record = toText(record ?? {}) ?? told.record;
      inner.handle(on.synced, 1);
    }
  };
  const loop: Loop = {
    handle(event, about, record) {
      inner.handle(event, about, record);
      sync();
      return undefined;
    },
  };
  sync();
  const answer = (report: Report) => loop.handle(on.answered, told.refreshes.at(-1)?.attempt, { ...report });
  return { loop, told, host, answer };
}

/** One whose first refresh has brought `answer`. */
export async function liveLoop(answer: unknown = { accessToken: 'one', expiresIn: 600 }, options = {}, can?: number) {
  const made = await startedLoop(options, can);
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
