// Counts what tabs of one session cost each other: `globalThis.counts`, as declared in globals.d.ts.
(() => {
  const counts = { messages: 0, locks: 0, transactions: 0, wakeUps: 0 };
  globalThis.counts = counts;

  const countCalls = (kind, object, method) => {
    const original = object[method];
    object[method] = function (...args) {
      counts[kind] += 1;
      return original.apply(this, args);
    };
  };
  countCalls('messages', BroadcastChannel.prototype, 'postMessage');
  // The fake clock has put its own in place.
  countCalls('locks', navigator.locks, 'request');
  countCalls('transactions', IDBDatabase.prototype, 'transaction');

  // A timer counts when it fires.
  for (const set of ['setTimeout', 'setInterval']) {
    const original = globalThis[set];
    globalThis[set] = (callback, ...rest) =>
      original(
        (...args) => {
          counts.wakeUps += 1;
          callback(...args);
        },
        ...rest,
      );
  }
})();
