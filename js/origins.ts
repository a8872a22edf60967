import { invalidOption } from './errors.js';

/** Whether a request to a URL may carry the token. */
export type Allows = (url: string | URL) => boolean;

/**
 * Origins are compared as the URL standard parses them, never as text: lookalikes and user info do not pass. Nor do the
 * session's own requests: a bearer on them would make a refresh wait for itself.
 */
export function createAllowList(allowedOrigins: unknown, ownRequests: Iterable<URL>): Allows {
  const origins = allowedOrigins === undefined ? ownOrigin() : readOrigins(allowedOrigins);
  const endpoints = [...ownRequests].map(address);
  return (target) => {
    const url = parse(target);
    return !!url && isWeb(url) && origins.has(url.origin) && !endpoints.includes(address(url));
  };
}

function ownOrigin(): Set<string> {
  const { location, origin } = globalThis as { location?: Location; origin?: string };
  // In a sandboxed frame the location still names an origin that is not the page's any more.
  const url = origin === 'null' ? undefined : location && parse(location.origin);
  return new Set(url && isWeb(url) ? [url.origin] : []);
}

function readOrigins(list: unknown): Set<string> {
  const option = 'allowedOrigins';
  if (!Array.isArray(list))
    throw invalidOption(option, list, "an array of origins such as ['https://api.example.com']");
  return new Set(
    list.map((entry: unknown) => {
      const url = typeof entry === 'string' && !entry.includes('*') ? parse(entry, null) : undefined;
      // An origin's URL is the origin and a slash: a path, a query or user info would make it longer.
      if (!url || !isWeb(url) || url.href !== `${url.origin}/`)
        throw invalidOption(
          option,
          entry,
          "an http or https origin such as 'https://api.example.com', without a path or *",
        );
      return url.origin;
    }),
  );
}

/** A URL where it is one; a base of `null` takes absolute ones alone. */
export function parse(url: string | URL, base: string | null | undefined = pageBase()): URL | undefined {
  try {
    return new URL(url, base ?? undefined);
  } catch {
    return undefined;
  }
}

/** The base that `fetch` takes, at the time of the call, since a page may change it. */
function pageBase(): string | undefined {
  const { document, location } = globalThis as { document?: Document; location?: Location };
  return document?.baseURI ?? location?.href;
}

export function isWeb({ protocol, origin }: URL): boolean {
  return /^https?:$/.test(protocol) && origin !== 'null';
}

function address({ origin, pathname }: URL): string {
  return origin + pathname;
}
