import type { Page } from 'puppeteer-core';
import type { DemoServer } from '../../examples/demo/server/demo-server.mjs';

/** A page's time, as a test drives it: `globalThis.clock` in the page. */
export interface FakeClock {
  /** Lets time pass, timer by timer, and waits for what each of them sent. */
  run(ms: number): Promise<void>;
  now(): number;
  /** The delays of the timers that are set now. */
  pending(): number[];
  /** The delays of all timers so far. */
  readonly delays: number[];
}

/** Puts a fake clock into the page before its first script, and the server's clock beside it. */
export async function installClock(page: Page, server: DemoServer) {
  const { now: startedAt } = server.setClock({ frozen: true });
  await page.exposeFunction('reachServer', (now: number) => {
    server.setClock({ offsetMs: now - startedAt });
    const { kind } = server.settings.faults.refresh;
    return kind !== 'hang' && kind !== 'hold';
  });
  await page.evaluateOnNewDocument(fakeClock, startedAt);
}

declare const reachServer: (now: number) => Promise<boolean>;

/** Runs in the page. It goes on from where it was before a reload. */
function fakeClock(startedAt: number) {
  const KEPT_AS = 'fake clock';
  let now = Number(sessionStorage.getItem(KEPT_AS) ?? startedAt);
  let lastId = 0;
  let inFlight = 0;
  let unanswered = 0;
  const timers = new Map<number, { at: number; delay: number; callback: () => void }>();
  const delays: number[] = [];

  Date.now = () => now;
  performance.now = () => now - startedAt;
  globalThis.setTimeout = ((callback: () => void, delay = 0) => {
    lastId += 1;
    timers.set(lastId, { at: now + delay, delay, callback });
    delays.push(delay);
    return lastId;
  }) as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((id: number) => timers.delete(id)) as typeof clearTimeout;

  // The server's time is set at each request, and an answer is here as a whole before the page goes on.
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    inFlight += 1;
    const isAnswered = await reachServer(now);
    if (!isAnswered) unanswered += 1;
    try {
      const response = await send(input, init);
      return new Response(response.status === 204 ? null : await response.arrayBuffer(), response);
    } finally {
      inFlight -= 1;
      if (!isAnswered) unanswered -= 1;
    }
  };

  const channel = new MessageChannel();
  const turn = () =>
    new Promise((resolve) => {
      channel.port1.onmessage = resolve;
      channel.port2.postMessage(undefined);
    });
  const isWaiting = () =>
    inFlight > unanswered || (unanswered === 0 && globalThis.e2e?.session?.snapshot.refresh === 'in-flight');
  const settled = async () => {
    do await turn();
    while (isWaiting());
  };
  const next = () => [...timers].reduce((a, b) => (b[1].at < a[1].at ? b : a), [0, { at: Infinity } as never]);
  const goTo = (at: number) => {
    now = Math.max(now, at);
    sessionStorage.setItem(KEPT_AS, String(now));
  };
  const fire = ([id, { at, callback }]: ReturnType<typeof next>) => {
    timers.delete(id);
    goTo(at);
    callback();
  };

  globalThis.clock = {
    async run(ms) {
      const until = now + ms;
      await settled();
      for (let timer = next(); timer[1].at <= until; timer = next()) {
        fire(timer);
        await settled();
      }
      goTo(until);
    },
    now: () => now,
    pending: () => [...timers.values()].map(({ delay }) => delay),
    delays,
  };
}
