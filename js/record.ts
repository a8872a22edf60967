/**
 * Reads the record of that name and writes what is made of it, in one transaction, which this promise outlasts. There lies
 * what every page may know of a session, and never a token. Of all stores IndexedDB alone is current in every tab once it
 * has answered. Nothing stays open between two calls, so that a page stays fit for the back/forward cache.
 */
export async function updateRecord(name: string, change: (text: unknown) => string | undefined): Promise<void> {
  const opening = indexedDB.open('evertoken');
  opening.onupgradeneeded = () => opening.result.createObjectStore('records');
  await end(opening);
  const database = opening.result;
  try {
    const transaction = database.transaction('records', 'readwrite');
    const records = transaction.objectStore('records');
    const reading = records.get(name);
    reading.onsuccess = () => {
      const text = change(reading.result);
      if (text !== undefined && text !== reading.result) records.put(text, name);
      // Now: a page that is frozen before would keep the others from it.
      transaction.commit();
    };
    await end(transaction);
  } finally {
    database.close();
  }
}

function end(work: IDBRequest | IDBTransaction): Promise<unknown> {
  return new Promise((resolve, reject) => {
    Object.assign(work, { onsuccess: resolve, oncomplete: resolve, onerror: reject, onabort: reject });
  });
}
