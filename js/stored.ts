/** The layout of what lies in a store, and of the record. */
export const version = 1;

/** What is to be kept, as a text; `undefined` where nothing is. */
export function toText(stored: object): string | undefined {
  return Object.keys(stored).length ? JSON.stringify({ version, ...stored }) : undefined;
}

/** What such a text holds; `undefined` for another layout, somebody else's text, or none. */
export function fromText(text: string | undefined): object | undefined {
  try {
    const stored = JSON.parse(text as string);
    return stored.version === version ? stored : undefined;
  } catch {
    return undefined;
  }
}
