import { EvertokenError } from './errors.js';

/**
 * The own properties of a record of options, read once. A name that is not known is an error, which names the nearest
 * that is.
 */
export function readFields(record: object, within: string, known: readonly string[]): Record<string, unknown> {
  for (const name of Object.keys(record)) {
    if (known.includes(name)) continue;
    // A long name may be a secret in the wrong place.
    const isShown = name.length <= 24;
    const option = isShown ? within + name : within.slice(0, -1);
    const nearest = [1, 2, 3].flatMap((edits) => known.filter((other) => isWithin(edits, name, other)))[0];
    const hint = nearest ? `did you mean "${nearest}"?` : `known are ${known.join(', ')}`;
    const message = `${isShown ? `"${name}"` : `a name of ${name.length} characters`} is not an option; ${hint}`;
    throw new EvertokenError('ERR_UNKNOWN_OPTION', (option && `${option}: `) + message, { option });
  }
  return { __proto__: null, ...record };
}

/** Whether so many insertions, removals and replacements of a character make one text of the other. */
function isWithin(edits: number, one: string, other: string): boolean {
  if (one === other) return true;
  if (!edits) return false;
  let same = 0;
  while (one[same] && one[same] === other[same]) same++;
  const [rest, otherRest] = [one.slice(same + 1), other.slice(same + 1)];
  return (
    isWithin(edits - 1, rest, otherRest) ||
    isWithin(edits - 1, rest, other.slice(same)) ||
    isWithin(edits - 1, one.slice(same), otherRest)
  );
}

export function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
