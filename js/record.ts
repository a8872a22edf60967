import { listen } from './listen.js';

/**
 * Reads the record of that name and writes what is made of it, in one transaction, which this promise outlasts. There lies
 * what every page may know of a session, and never a token. Of all stores IndexedDB alone is current in every tab once it
 * has answered. Nothing stays open between two calls, so that a page stays fit for the back/forward cache.
 */
export async function updateRecord(name: string, change: (text: unknown) => string | undefined): Promise<void> {
  const opening = indexedDB.open('evertoken');
  opening.onupgradeneeded = () => opening.result.createObjectStore('records');
  await end(opening);
  const transaction = opening.result.transaction('records', 'readwrite');
  // When the transaction is over.
  opening.result.close();
  const records = transaction.objectStore('records');
  const reading = records.get(name);
  const read = new AbortController();
  let hasLeft = false;
  // A page that leaves within a transaction may keep it, and with it everybody from the record.
  const leave = () => {
    read.abort();
    hasLeft = true;
    transaction.abort();
  };
  listen('pagehide freeze', leave, read.signal);
  reading.onsuccess = () => {
    read.abort();
    const text = change(reading.result);
    if (text !== undefined && text !== reading.result) records.put(text, name);
    // Now: a page that is frozen before would keep the others from it.
    transaction.commit();
  };
  try {
    await end(transaction);
  } catch (error) {
    if (!hasLeft) throw error;
    // A page on its way out would begin one that it keeps.
    await comeBack();
    await updateRecord(name, change);
  }
}

function comeBack() {
  const back = new AbortController();
  return new Promise((resolve) => listen('pageshow resume', resolve, back.signal)).then(() => back.abort());
}

function end(work: IDBRequest | IDBTransaction): Promise<unknown> {
  return new Promise((resolve, reject) => {
    Object.assign(work, { onsuccess: resolve, oncomplete: resolve, onerror: reject, onabort: reject });
  });
}
