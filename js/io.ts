import { kind, show } from './errors.js';
import { isRecord } from './names.js';

type Members = Record<string, unknown>;

let record: Members = {};
let outer: Members[] = [];
let found: unknown;
let texts: string[] = [];
let written: Members = {};
const unfinished: Members[] = [];

/** Gives wasm a record to read with the next call. */
export function give(next: object) {
  record = next as Members;
  outer = [];
}

/** What the last call has written. */
export function take(): Members {
  const taken = written;
  written = {};
  return taken;
}

/** The record that wasm has in hand. */
export const inHand = (): object => record;

/** What is told by its place here, for {@link io.look}. */
const constants: unknown[] = [undefined, null, false, true];

/**
 * What wasm calls. One record to read and one to write: everything that is no number crosses into wasm, and out of it,
 * through these, member by member. The other half is `src/web/io.rs`. Nothing here throws, or calls anything of an
 * application's.
 */
export const io = {
  look(name: string): number {
    found = own(name);
    const place = constants.indexOf(found);
    if (place >= 0) return place;
    if (typeof found === 'number') return 4;
    if (typeof found === 'string') return 5;
    if (Array.isArray(found)) {
      texts = [...found];
      found = texts.length;
      if (texts.every((text) => typeof text === 'string')) return 6;
    }
    return 7;
  },
  number: () => found,
  text: () => (typeof found === 'string' ? found : texts.shift()),
  shown: (name: string) => show(own(name)),
  kind: (name: string) => kind(own(name)),
  enter(name: string, place: number): boolean {
    const member = own(name);
    return isRecord(member) && place < 0 ? enter(member) : Array.isArray(member) && enter(member[place]);
  },
  decode(payload: string): number {
    // Which of the steps is under way.
    let step = 1;
    try {
      const binary = atob(payload.replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, ''));
      step = 2;
      const text = /[^\0-\x7f]/.test(binary) ? ofUtf8(binary) : binary;
      step = 3;
      if (enter(JSON.parse(text))) step = 0;
    } catch {
      // The step tells what.
    }
    return step;
  },
  leave() {
    record = outer.pop() as Members;
  },
  put(name: string, value: number | string) {
    written[name] = value;
  },
  begin(name: string, inList: boolean) {
    const inner = {};
    written[name] = inList ? [...((written[name] as object[] | undefined) ?? []), inner] : inner;
    unfinished.push(written);
    written = inner;
  },
  end() {
    written = unfinished.pop() as Members;
  },
};

/** What a prototype brings is not the caller's. */
function own(name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function enter(member: unknown): boolean {
  if (!isRecord(member)) return false;
  outer.push(record);
  record = member as Members;
  return true;
}

function ofUtf8(binary: string): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, (byte) => byte.charCodeAt(0)));
}
