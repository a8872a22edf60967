import type { TokenStore } from './options.js';

/** How long a start waits for what an earlier page noted, in ms: a browser may leave the question unanswered. */
const patience = 1_000;

/**
 * Where the record lies: what every page may know of the session, and never a token. Of all stores IndexedDB alone is
 * current in every tab once it has answered. Nothing stays open between two calls, so that a page stays fit for the
 * back/forward cache.
 */
export const recordStore: TokenStore = {
  get: (key) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(reject, patience);
      use<string | undefined>('readonly', (records) => records.get(key))
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    }),
  set: (key, text) => use('readwrite', (records) => records.put(text, key)),
  remove: (key) => use('readwrite', (records) => records.delete(key)),
};

async function use<Result>(mode: IDBTransactionMode, act: (records: IDBObjectStore) => IDBRequest): Promise<Result> {
  const opening = indexedDB.open('evertoken');
  opening.onupgradeneeded = () => opening.result.createObjectStore('records');
  await end(opening);
  const database = opening.result;
  try {
    const transaction = database.transaction('records', mode);
    const request = act(transaction.objectStore('records'));
    await end(transaction);
    return request.result;
  } finally {
    database.close();
  }
}

function end(work: IDBRequest | IDBTransaction): Promise<unknown> {
  return new Promise((resolve, reject) => {
    Object.assign(work, { onsuccess: resolve, oncomplete: resolve, onerror: reject, onabort: reject });
  });
}
