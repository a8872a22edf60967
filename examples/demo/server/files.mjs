// @ts-check
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { text } from './answers.mjs';

/** @type {Record<string, string>} */
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

// 'wasm-unsafe-eval' is all that a page with evertoken has to allow beyond its own scripts.
/** @param {readonly string[]} connectTo */
const contentSecurityPolicy = (connectTo) =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${["'self'", ...connectTo].join(' ')}`,
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ');

/** Serves folders under path prefixes; the longest prefix wins. */
export class Files {
  #mounts;
  #policy;

  /** @param {Record<string, string>} mounts folders by prefix, such as `{ '/evertoken/': '/path/to/dist' }`
   * @param {readonly string[]} connectTo origins that the pages may connect to besides their own */
  constructor(mounts, connectTo) {
    this.#policy = contentSecurityPolicy(connectTo);
    this.#mounts = Object.entries(mounts).sort(([a], [b]) => b.length - a.length);
  }

  /** @param {string} path as in the URL
   * @returns {Promise<import('./answers.mjs').Answer>} */
  async answer(path) {
    const [prefix, folder] = this.#mounts.find(([candidate]) => path.startsWith(candidate)) ?? [];
    const name = prefix === undefined ? undefined : decode(path.slice(prefix.length));
    const file =
      folder === undefined || name === undefined ? undefined : inside(folder, name === '' ? 'index.html' : name);
    const type = file === undefined ? undefined : TYPES[extname(file)];
    const body = file === undefined || type === undefined ? undefined : await readFile(file).catch(() => undefined);
    if (type === undefined || body === undefined) return text(404, `Not found: ${path}`);
    return {
      status: 200,
      headers: {
        'Content-Type': type,
        'Cache-Control': 'no-cache',
        'Content-Security-Policy': this.#policy,
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'same-origin',
      },
      body,
    };
  }
}

/** @param {string} path */
function decode(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** The file of that name in a folder; undefined when the name leads out of it.
 * @param {string} folder
 * @param {string} name */
function inside(folder, name) {
  if (name.includes('\0')) return undefined;
  const root = normalize(folder + sep);
  const file = join(root, name);
  return file.startsWith(root) ? file : undefined;
}
