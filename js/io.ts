import { kind, show } from './errors.js';
import { isRecord } from './names.js';
import { words } from './words.js';

type Members = Record<string, unknown>;

let record: Members = {};
let outer: Members[] = [];
let found: unknown;
let texts: string[] = [];
let written: Members = {};
const unfinished: Members[] = [];

// Both as they come, an U+FEFF at the beginning too.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
let memory: WebAssembly.Memory;
/** The text that wasm copies next. */
let ready: Uint8Array;

/** The memory of the wasm that calls. */
export function reachMemory(of: WebAssembly.Memory) {
  memory = of;
}

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

/** What is told by its place here, for {@link look}. */
const constants: unknown[] = [undefined, null, false, true];

function look(name: number): number {
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
}

function enterMember(name: number, place: number): boolean {
  const member = own(name);
  return isRecord(member) && place < 0 ? enter(member) : Array.isArray(member) && enter(member[place]);
}

function decode(payload: number, length: number): number {
  // Which of the steps is under way.
  let step = 1;
  try {
    const binary = atob(textAt(payload, length).replace(/-/g, '+').replace(/_/g, '/').replace(/=+$/, ''));
    step = 2;
    const text = /[^\0-\x7f]/.test(binary) ? ofUtf8(binary) : binary;
    step = 3;
    if (enter(JSON.parse(text))) step = 0;
  } catch {
    // The step tells what.
  }
  return step;
}

function put(name: number, value: unknown) {
  written[words[name] as string] = value;
}

function begin(named: number, inList: number) {
  const name = words[named] as string;
  const inner = {};
  written[name] = inList ? [...((written[name] as object[] | undefined) ?? []), inner] : inner;
  unfinished.push(written);
  written = inner;
}

/**
 * What wasm imports, each under its place here. One record to read and one to write: everything that is no number crosses
 * into wasm, and out of it, through these, member by member. The other half is `src/web/io.rs`, which has them in the same
 * order and says what each does. Nothing here throws, or calls anything of an application's.
 */
export const imports = [
  look,
  () => found, // number
  () => prepare(typeof found === 'string' ? found : texts.shift()), // text
  (name: number) => words.indexOf(own(name) as string), // word
  (name: number) => prepare(show(own(name))), // shown_length
  (name: number) => prepare(kind(own(name))), // kind
  (to: number) => new Uint8Array(memory.buffer).set(ready, to), // copy
  enterMember,
  decode,
  () => {
    record = outer.pop() as Members;
  }, // leave
  put,
  (name: number, value: number) => put(name, words[value]), // put_word
  (name: number, text: number, length: number) => put(name, textAt(text, length)), // put_text
  begin,
  () => {
    written = unfinished.pop() as Members;
  }, // end
] as unknown as WebAssembly.ModuleImports;

function textAt(from: number, length: number): string {
  return decoder.decode(new Uint8Array(memory.buffer, from, length));
}

/** How long the text is that wasm copies next. */
function prepare(text: string | undefined): number {
  ready = encoder.encode(text);
  return ready.length;
}

/** A member of the record in hand. What a prototype brings is not the caller's. */
function own(named: number): unknown {
  const name = words[named] as string;
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
