/** The layout of what lies in a store. */
const version = 1;

/** What is to be kept, as the text for the store; `undefined` where nothing is. */
export function toText(stored: object): string | undefined {
  return Object.keys(stored).length ? JSON.stringify({ version, ...stored }) : undefined;
}

/** What a text from a store holds; `undefined` for another layout, or somebody else's text. */
export function fromText(text: string): object | undefined {
  try {
    const stored = JSON.parse(text);
    return stored.version === version ? stored : undefined;
  } catch {
    return undefined;
  }
}
