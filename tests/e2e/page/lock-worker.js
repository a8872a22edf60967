// A dedicated worker that says whether a lock is free.
navigator.locks.request('facts', { ifAvailable: true }, async (lock) => postMessage(lock !== null));
