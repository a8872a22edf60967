// @ts-check
import { now, span, timeOfDay } from './format.js';

const SVG = 'http://www.w3.org/2000/svg';
const FRAME_MS = 100;
const CALM_FRAME_MS = 1000;
const LEAST_TICK_PX = 44;
const TICKS = [5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400];

/** Where each lane's content begins, in pixels from the top; its label stands above it. */
const LANES = { tokens: 22, refreshes: 84, calls: 126, idle: 168, maximum: 204 };
const HEIGHT = 250;
const AXIS = 232;

/** The picture of a session: a strip of time with now at two thirds of its width. */
export class Timeline {
  #svg = element('svg', {
    class: 'timeline',
    role: 'img',
    'aria-labelledby': 'timeline-title timeline-text',
    height: HEIGHT,
  });
  #text = element('desc', { id: 'timeline-text' });
  #drawing = element('g', {});
  #history;
  #lastFrame = 0;
  #lastText = 0;
  /** @type {import('evertoken').Snapshot | undefined} */
  #snapshot;
  /** @type {{ from: number, to: number, width: number }} */
  #view = { from: 0, to: 1, width: 0 };

  /** @param {HTMLElement} place
   * @param {import('./history.js').History} history */
  constructor(place, history) {
    this.#history = history;
    const title = element('title', { id: 'timeline-title' });
    title.textContent = 'Timeline of the session';
    this.#svg.append(title, this.#text, this.#drawing);
    place.append(this.#svg);
    const calm = matchMedia('(prefers-reduced-motion: reduce)');
    const frame = (/** @type {number} */ at) => {
      requestAnimationFrame(frame);
      if (at - this.#lastFrame < (calm.matches ? CALM_FRAME_MS : FRAME_MS)) return;
      this.#lastFrame = at;
      this.#draw(place.clientWidth);
    };
    requestAnimationFrame(frame);
  }

  /** @param {import('evertoken').Snapshot | undefined} snapshot */
  show(snapshot) {
    this.#snapshot = snapshot;
    this.#lastFrame = 0;
  }

  /** @param {number} width */
  #draw(width) {
    const at = now();
    const reach = this.#reach();
    this.#view = { from: at - reach * 1.6, to: at + reach, width };
    this.#svg.setAttribute('width', String(width));
    this.#drawing.replaceChildren(
      ...this.#axis(at, reach),
      ...this.#tokens(at),
      ...this.#marks('Refreshes', LANES.refreshes, this.#history.refreshes),
      ...this.#marks('API calls', LANES.calls, this.#history.calls, 'call'),
      ...this.#limit('Idle limit', LANES.idle, at, this.#snapshot?.idleEndsAt),
      ...this.#limit('Maximum', LANES.maximum, at, this.#snapshot?.sessionEndsAt),
      ...this.#next(at),
    );
    if (at - this.#lastText > 5) {
      this.#lastText = at;
      this.#text.textContent = describe(this.#snapshot, at);
    }
  }

  /** How many seconds of the future are shown: a bit more than a token lives. */
  #reach() {
    const last = this.#history.tokens.at(-1);
    const lifetime = last && last.until !== Infinity ? last.until - last.from : 20;
    return Math.min(Math.max(lifetime * 1.2, 12), 40 * 86_400);
  }

  /** @param {number} at
   * @param {number} reach */
  #axis(at, reach) {
    const { from, to, width } = this.#view;
    const step = TICKS.find((tick) => (tick / (to - from)) * width >= LEAST_TICK_PX) ?? reach;
    const nodes = [];
    for (let tick = Math.ceil(from / step) * step; tick < to; tick += step) {
      const x = this.#x(tick);
      nodes.push(element('path', { class: 'grid', d: `M${x} 14V${AXIS}` }));
      if (x > 16 && x < width - 16 && Math.abs(x - this.#x(at)) > 32)
        nodes.push(label(x, AXIS + 14, tickText(tick, step), 'tick'));
    }
    nodes.push(
      element('path', { class: 'now', d: `M${this.#x(at)} 6V${AXIS}` }),
      label(this.#x(at), AXIS + 14, 'now', 'tick now-text'),
    );
    return nodes;
  }

  /** Two rows in turn, as a token lives on for a while beside the one that came after it.
   * @param {number} at */
  #tokens(at) {
    const nodes = [label(0, LANES.tokens - 8, 'Access token', 'lane')];
    for (const token of this.#history.tokens) {
      if (token.until < this.#view.from) continue;
      const row = LANES.tokens + (token.generation % 2) * 20;
      const held = Math.min(token.replacedAt ?? Infinity, token.until);
      nodes.push(...this.#bar(row, token.from, held, 'token'));
      if (token.dueAt !== undefined) nodes.push(...this.#bar(row, Math.max(token.dueAt, token.from), held, 'window'));
      if (held < token.until) nodes.push(...this.#bar(row, held, token.until, 'unused'));
      const x = Math.max(this.#x(token.from), 0);
      if (this.#x(Math.min(held, this.#view.to)) - x > 34)
        nodes.push(label(x + 5, row + 12, `#${token.generation}`, 'on-token'));
    }
    if (this.#snapshot?.status === 'expired') nodes.push(label(this.#x(at) + 6, LANES.tokens + 14, 'expired', 'alarm'));
    return nodes;
  }

  /** @param {string} name
   * @param {number} top
   * @param {import('./history.js').Mark[]} marks
   * @param {'refresh' | 'call'} [look] */
  #marks(name, top, marks, look = 'refresh') {
    const nodes = [
      label(0, top - 8, name, 'lane'),
      element('path', { class: 'rail', d: `M0 ${top + 9}H${this.#view.width}` }),
    ];
    for (const { at, kind } of marks) {
      const x = this.#x(at);
      if (x < -6) continue;
      if (kind === 'good' && look === 'call') nodes.push(element('path', { class: 'call', d: `M${x} ${top + 4}v10` }));
      else if (kind === 'good' || kind === 'adopted')
        nodes.push(element('circle', { class: kind, cx: x, cy: top + 9, r: 4 }));
      else if (kind === 'bad') nodes.push(element('path', { class: 'bad', d: `M${x - 4} ${top + 5}l8 8m0 -8l-8 8` }));
      else nodes.push(element('rect', { class: 'end', x: x - 4, y: top + 5, width: 8, height: 8 }));
    }
    return nodes;
  }

  /** @param {string} name
   * @param {number} top
   * @param {number} at
   * @param {number | undefined} endsAt */
  #limit(name, top, at, endsAt) {
    const text = endsAt === undefined ? name : `${name} in ${span(endsAt - at)}`;
    const nodes = [
      label(0, top - 8, text, 'lane'),
      element('path', { class: 'rail', d: `M0 ${top + 5}H${this.#view.width}` }),
    ];
    if (endsAt === undefined) return nodes;
    const x = this.#x(Math.min(endsAt, this.#view.to));
    nodes.push(...this.#bar(top, at, endsAt, endsAt - at < 10 ? 'limit near' : 'limit', 10));
    if (endsAt > this.#view.to) nodes.push(element('path', { class: 'limit-on', d: `M${x - 7} ${top + 1}l5 4l-5 4` }));
    return nodes;
  }

  /** What comes next: the check, and the next try after a failure.
   * @param {number} at */
  #next(at) {
    const { nextCheckAt, retryAt } = this.#snapshot ?? {};
    const nodes = [];
    if (nextCheckAt !== undefined && nextCheckAt >= at - 1) {
      const x = this.#x(nextCheckAt);
      nodes.push(element('path', { class: 'check', d: `M${x - 5} ${LANES.refreshes - 1}h10l-5 8z` }));
    }
    if (retryAt !== undefined) {
      nodes.push(element('path', { class: 'retry', d: `M${this.#x(retryAt)} ${LANES.refreshes - 2}v22` }));
    }
    return nodes;
  }

  /** @param {number} top
   * @param {number} from
   * @param {number} until
   * @param {string} kind
   * @param {number} [height] */
  #bar(top, from, until, kind, height = 16) {
    const left = Math.max(this.#x(from), -8);
    const right = Math.min(this.#x(until), this.#view.width + 8);
    return right > left ? [element('rect', { class: kind, x: left, y: top, width: right - left, height, rx: 3 })] : [];
  }

  /** @param {number} at */
  #x(at) {
    const { from, to, width } = this.#view;
    return Math.round(((at - from) / (to - from)) * width * 10) / 10;
  }
}

/** @param {number} tick
 * @param {number} step */
function tickText(tick, step) {
  if (step >= 86_400) return new Date(tick * 1000).toLocaleDateString(undefined, { month: 'short', day: 'numeric' });
  const time = timeOfDay(tick);
  return step >= 60 ? time.slice(0, 5) : time.slice(3);
}

/** The picture in words.
 * @param {import('evertoken').Snapshot | undefined} snapshot
 * @param {number} at */
function describe(snapshot, at) {
  if (!snapshot) return 'No session yet.';
  if (snapshot.status === 'ended') return `The session has ended: ${snapshot.reason}.`;
  const parts = [`The session is ${snapshot.status}, at token ${snapshot.generation}`];
  if (snapshot.expiresAt !== undefined) parts.push(`which ends in ${span(snapshot.expiresAt - at)}`);
  if (snapshot.dueAt !== undefined) parts.push(`its refresh is due in ${span(snapshot.dueAt - at)}`);
  if (snapshot.idleEndsAt !== undefined) parts.push(`idle limit in ${span(snapshot.idleEndsAt - at)}`);
  if (snapshot.sessionEndsAt !== undefined) parts.push(`maximum in ${span(snapshot.sessionEndsAt - at)}`);
  return `${parts.join(', ')}.`;
}

/** @param {number} x
 * @param {number} y
 * @param {string} text
 * @param {string} kind */
function label(x, y, text, kind) {
  const node = element('text', { x, y, class: kind });
  node.textContent = text;
  return node;
}

/** @param {string} name
 * @param {Record<string, string | number>} attributes
 * @returns {SVGElement} */
function element(name, attributes) {
  const node = /** @type {SVGElement} */ (document.createElementNS(SVG, name));
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}
