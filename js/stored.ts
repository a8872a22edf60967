import { flat } from './flat.js';

/** The layout of what lies in a store, of the record, and of the messages between tabs. Any other is ignored, or dropped whole. */
export const version = 2;

/** How deep the members of these lie. */
const depth = 5;

/** What is to be kept, as a text. */
export function toText(stored: object): string {
  return JSON.stringify({ version, ...stored });
}

/** What such a text holds; `undefined` for another layout, another program's text, or none. */
export function fromText(text: unknown): object | undefined {
  try {
    return ofThisVersion(JSON.parse(text as string));
  } catch {
    return undefined;
  }
}

/** What the store held. Says where it cannot be used. */
export function readStored(text: string | undefined, warn: (message: string) => void): object | undefined {
  const stored = fromText(text);
  if (text !== undefined && !stored)
    warn('dropped what the store held: another version or another program wrote it (STORE_UNREADABLE)');
  return stored;
}

/** As the module takes it, where it is of this layout. */
export function ofThisVersion(record: unknown): object | undefined {
  return Object(record).version === version ? (flat(record, depth) as object) : undefined;
}
