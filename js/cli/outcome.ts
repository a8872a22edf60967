/** What a command prints, and its exit status. */
export interface Outcome {
  readonly out?: string;
  readonly err?: string;
  readonly status?: 0 | 1 | 2;
}

/** The arguments cannot be meant. */
export class WrongUsage extends Error {}
