/** The seconds left until a moment, rounded up, and in how many ms there is one less of them; 0 at the end. */
export interface Countdown {
  readonly seconds: number;
  readonly nextIn: number;
}

/** Reckoned from the absolute time, in epoch seconds, so a late timer shows no wrong number for long. */
export function countdownTo(endsAt: number | undefined): Countdown | undefined {
  if (endsAt === undefined) return undefined;
  // Whole milliseconds, as a timer takes them.
  const left = Math.max(Math.round(endsAt * 1000) - Date.now(), 0);
  const seconds = Math.ceil(left / 1000);
  return { seconds, nextIn: left && left - (seconds - 1) * 1000 };
}
