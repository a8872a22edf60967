import { listen } from './listen.js';
import type { Platform } from './platform.js';

/**
 * Reads the record of that name and writes what is made of it, in one transaction, which this promise outlasts. There lies
 * what every page may know of a session, and never a token. Of all stores IndexedDB alone is current in every tab once it
 * has answered. Nothing stays open between two calls, so that a page stays fit for the back/forward cache.
 */
export async function updateRecord(
  platform: Platform,
  name: string,
  change: (text: unknown) => string | undefined,
): Promise<void> {
  const opening = platform.indexedDB.open('evertoken');
  opening.onupgradeneeded = () => opening.result.createObjectStore('records');
  await end(opening);
  const transaction = opening.result.transaction('records', 'readwrite');
  // It closes when the transaction is over.
  opening.result.close();
  const records = transaction.objectStore('records');
  const reading = records.get(name);
  const over = new AbortController();
  let back: Promise<unknown> | undefined;
  // A page that leaves within a transaction may keep it, and with it everybody from the record. It begins another one when
  // it is back: on its way out it would keep that one, too.
  const leave = ({ persisted }: Partial<PageTransitionEvent>) => {
    // Of a page that is not kept the transaction may still come to its end.
    if (back || persisted === false) return;
    back = new Promise((resolve) => listen(platform.events, 'pageshow resume', resolve, over.signal));
    transaction.abort();
  };
  listen(platform.events, 'pagehide freeze', leave, over.signal);
  reading.onsuccess = () => {
    over.abort();
    const text = change(reading.result);
    if (text !== undefined && text !== reading.result) records.put(text, name);
    // Now: a page that is frozen before would keep the others from it.
    transaction.commit();
  };
  try {
    await end(transaction);
  } catch (error) {
    if (!back) throw error;
    await back;
  } finally {
    over.abort();
  }
  if (back) await updateRecord(platform, name, change);
}

function end(work: IDBRequest | IDBTransaction): Promise<unknown> {
  return new Promise((resolve, reject) => {
    Object.assign(work, { onsuccess: resolve, oncomplete: resolve, onerror: reject, onabort: reject });
  });
}
