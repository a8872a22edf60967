// A page's time, as a test drives it: `globalThis.clock`, as declared in globals.d.ts. It is there where the address asks
// for it by `?clock={…}`, and in the same tab from then on. The server's clock stands still and goes where the page's goes.
(() => {
  const KEPT_AS = 'fake clock';
  const asked = new URL(location.href).searchParams.get('clock');
  const kept = sessionStorage.getItem(KEPT_AS);
  if (asked === null && kept === null) return;

  const realFetch = globalThis.fetch;
  const realTimeout = globalThis.setTimeout.bind(globalThis);
  const realNow = performance.now.bind(performance);

  // `now` is the true time, `mono` the time that the machine was awake, `ahead` by how much the wall clock is wrong; in ms.
  const time = { mono: 0, ahead: (JSON.parse(asked ?? '{}').ahead ?? 0) * 1_000, ...JSON.parse(kept ?? '{}') };
  time.now = Math.max(time.now ?? 0, stopServer());
  const loadedAt = time.mono;
  const keep = () => sessionStorage.setItem(KEPT_AS, JSON.stringify(time));
  keep();
  // Another page of this tab may have let time pass while this one was in the back/forward cache.
  addEventListener('pageshow', ({ persisted }) => persisted && pass(Math.max(stopServer() - time.now, 0)));

  /** The server's time. Nothing else of the page may run before it is known. */
  function stopServer() {
    const request = new XMLHttpRequest();
    request.open('PUT', '/demo/clock', false);
    request.send('{"frozen":true}');
    return Math.ceil(JSON.parse(request.responseText).now);
  }

  const reachServer = () => realFetch('/demo/clock', { method: 'PUT', body: JSON.stringify({ reachMs: time.now }) });

  const wall = () => time.now + time.ahead;
  const RealDate = globalThis.Date;
  RealDate.now = wall;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, as) => Reflect.construct(target, args.length > 0 ? args : [wall()], as),
    apply: () => new RealDate(wall()).toString(),
  });
  performance.now = () => time.mono - loadedAt;

  // Timers follow the monotonic clock.
  let lastId = 0;
  const timers = new Map();
  const delays = [];
  const setTimer = (callback, delay, args, again, id = ++lastId) => {
    // 32 bits and no fraction, as in every browser.
    const ms = Math.max(delay | 0, 0);
    timers.set(id, { id, at: time.mono + ms, delay: ms, callback, args, again });
    delays.push(ms);
    return id;
  };
  globalThis.setTimeout = (callback, delay, ...args) => setTimer(callback, delay, args, false);
  globalThis.setInterval = (callback, delay, ...args) => setTimer(callback, delay, args, true);
  globalThis.clearTimeout = globalThis.clearInterval = (id) => void timers.delete(id);

  /** The next timer, and when it fires; a throttled tab wakes at multiples of `throttle` only. */
  const next = (throttle) => {
    let first = { at: Number.POSITIVE_INFINITY };
    for (const timer of timers.values()) {
      const at = Math.ceil(Math.max(timer.at, time.mono) / throttle) * throttle;
      if (at < first.at) first = { at, timer };
    }
    return first;
  };
  const fire = ({ id, delay, callback, args, again }) => {
    timers.delete(id);
    if (again) setTimer(callback, Math.max(delay, 1), args, true, id);
    callback(...args);
  };

  // The server's time is set at each request, and an answer is here as a whole before the page goes on.
  const awaited = new Set();
  const unanswered = new Set();
  globalThis.fetch = async (input, init) => {
    const { promise, resolve } = Promise.withResolvers();
    const goOn = () => {
      awaited.delete(promise);
      resolve();
    };
    awaited.add(promise);
    try {
      if (await isLeftUnanswered(new URL(input.url ?? input, location.href).pathname)) {
        unanswered.add(promise);
        goOn();
      }
      const response = await realFetch(input, init);
      return new Response(response.status === 204 ? null : await response.arrayBuffer(), response);
    } finally {
      unanswered.delete(promise);
      goOn();
    }
  };

  async function isLeftUnanswered(path) {
    try {
      const [, { faults }] = await Promise.all([reachServer(), realFetch('/demo/settings').then((is) => is.json())]);
      const { kind } =
        faults[{ '/api/me': 'api', '/api/Identity/logout': 'signOut', '/oauth/revoke': 'signOut' }[path] ?? 'refresh'];
      return kind === 'hang' || kind === 'hold';
    } catch {
      // No network: the request itself will fail as well.
      return false;
    }
  }

  // A database and a lock answer in real time, for which the page's time waits; for a lock that another tab keeps not long.
  const LOCK_PATIENCE = 500;
  const waitFor = (promise) => {
    const waiting = promise.catch(() => {}).finally(() => awaited.delete(waiting));
    awaited.add(waiting);
  };
  const open = indexedDB.open.bind(indexedDB);
  indexedDB.open = (...args) => {
    const opening = open(...args);
    const { promise, resolve } = Promise.withResolvers();
    opening.addEventListener('error', resolve);
    opening.addEventListener('success', ({ target: { result } }) => {
      const begin = result.transaction.bind(result);
      result.transaction = (...args) => {
        const transaction = begin(...args);
        for (const type of ['complete', 'abort']) transaction.addEventListener(type, resolve);
        return transaction;
      };
    });
    waitFor(promise);
    return opening;
  };
  const request = navigator.locks.request.bind(navigator.locks);
  navigator.locks.request = (name, ...rest) => {
    const granted = rest.pop();
    const { promise, resolve } = Promise.withResolvers();
    realTimeout(resolve, LOCK_PATIENCE);
    waitFor(promise);
    const held = request(name, ...rest, (lock) => {
      resolve();
      return granted(lock);
    });
    held.catch(resolve);
    return held;
  };

  const channel = new MessageChannel();
  const turn = () =>
    new Promise((resolve) => {
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(undefined);
    });

  /** How long a refresh may have no request under way, in real time, until it counts as one that waits for another tab. */
  const PATIENCE = 5_000;
  let quietSince;
  const isRefreshing = () => {
    const isQuiet = awaited.size === 0 && globalThis.e2e?.session?.snapshot.refresh === 'in-flight';
    quietSince = isQuiet ? (quietSince ?? realNow()) : undefined;
    return isQuiet && unanswered.size === 0 && realNow() - quietSince < PATIENCE;
  };
  const settled = async () => {
    do {
      await Promise.all(awaited);
      await turn();
    } while (awaited.size > 0 || isRefreshing());
  };

  const pass = (ms, mono = true) => {
    time.now += ms;
    if (mono) time.mono += ms;
    keep();
  };

  globalThis.clock = {
    settled,
    async run(ms, { throttle = 1 } = {}) {
      const until = time.mono + Math.round(ms);
      await settled();
      for (let { at, timer } = next(throttle); at <= until; { at, timer } = next(throttle)) {
        pass(at - time.mono);
        fire(timer);
        await settled();
      }
      pass(until - time.mono);
      await reachServer().catch(() => {});
    },
    async sleep(ms, { mono = false } = {}) {
      await settled();
      pass(Math.round(ms), mono);
      await reachServer().catch(() => {});
    },
    skip(ms) {
      pass(Math.round(ms));
    },
    async wait(isThere, ms) {
      for (const until = realNow() + ms; !isThere() && realNow() < until; )
        await new Promise((resolve) => realTimeout(resolve, 10));
    },
    setWall(ms) {
      time.ahead += ms;
      keep();
    },
    now: () => time.now,
    wall,
    pending: () => [...timers.values()].map(({ delay }) => delay),
    delays,
  };
})();
