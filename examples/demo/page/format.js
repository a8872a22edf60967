// @ts-check

/** A span of time for people: `8.4 s`, `42 s`, `4:31`, `1:59:02`, `29 days`.
 * @param {number} seconds
 * @returns {string} */
export function span(seconds) {
  if (seconds < 0) return `−${span(-seconds)}`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 100) return `${whole} s`;
  if (whole >= 2 * 86_400) return `${Math.round(whole / 86_400)} days`;
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const padded = (/** @type {number} */ part) => String(part).padStart(2, '0');
  return hours > 0 ? `${hours}:${padded(minutes)}:${padded(rest)}` : `${minutes}:${padded(rest)}`;
}

/** The time of day.
 * @param {number} epochSeconds */
export function timeOfDay(epochSeconds) {
  return new Date(epochSeconds * 1000).toLocaleTimeString(undefined, { hour12: false });
}

/** Epoch seconds, as all times of the session are. */
export function now() {
  return Date.now() / 1000;
}
