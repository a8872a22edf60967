import { expect } from 'vitest';
import { scenario } from './support.js';

/** What a page holds on to: listeners, timers, channels, and the wasm's memory in bytes. */
interface Held {
  listeners: number;
  timers: number;
  channels: number;
  memory: number;
}

scenario(
  'a thousand sessions started and stopped leave no timer, listener, channel or memory of the wasm behind',
  async ({ open }) => {
    const { tab } = await open({ clock: true });
    await tab.evaluate(() => {
      const held = { listeners: 0, channels: 0, memory: () => 0 };
      const { addEventListener, removeEventListener } = EventTarget.prototype;
      EventTarget.prototype.addEventListener = function (type, listener, options) {
        const signal = typeof options === 'object' ? options.signal : undefined;
        if (this === globalThis || this === document) {
          held.listeners += 1;
          signal?.addEventListener('abort', () => {
            held.listeners -= 1;
          });
        }
        addEventListener.call(this, type, listener, options);
      };
      EventTarget.prototype.removeEventListener = function (...args) {
        if (this === globalThis || this === document) held.listeners -= 1;
        removeEventListener.apply(this, args);
      };
      const Channel = globalThis.BroadcastChannel;
      globalThis.BroadcastChannel = class extends Channel {
        constructor(name: string) {
          super(name);
          held.channels += 1;
        }
        override close() {
          held.channels -= 1;
          super.close();
        }
      };
      WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
        construct(...args) {
          const instance = Reflect.construct(...args);
          held.memory = () => instance.exports.memory.buffer.byteLength;
          return instance;
        },
      });
      Object.assign(globalThis, {
        look: () => ({ ...held, memory: held.memory(), timers: clock.pending().length }),
      });
    });

    const startAndStop = (times: number) =>
      tab.evaluate(async (times) => {
        const refresh = async () => ({ access_token: 'opaque', expires_in: 600, refresh_token: 'r' });
        const signOut = () => {};
        for (let turn = 0; turn < times; turn++) {
          const options = { refresh, signOut, idleTimeout: '15m', maxSessionLifespan: '8h' };
          const session = await e2e.startLoop(options, { alone: true });
          if (turn === 0 && look().listeners === 0) throw new Error('a running session listens to nothing');
          session.stop();
        }
        await clock.run(0);
        return look();
        function look() {
          return (globalThis as unknown as { look(): Held }).look();
        }
      }, times);

    const first = await startAndStop(20);
    expect(first).toMatchObject({ listeners: 0, timers: 0, channels: 0 });
    expect(first.memory).toBeGreaterThan(0);
    expect(await startAndStop(980)).toEqual(first);
  },
);

scenario(
  'activity is listened to passively, looked at once a second at most, and not at all after stop()',
  async ({ open }) => {
    const { tab } = await open({ clock: true });
    const seen = await tab.evaluate(async () => {
      const input = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'touchmove'];
      const heard: Record<string, unknown> = {};
      const { addEventListener } = EventTarget.prototype;
      EventTarget.prototype.addEventListener = function (type, listener, options) {
        if (input.includes(type)) heard[type] = (options as AddEventListenerOptions).passive;
        addEventListener.call(this, type, listener, options);
      };
      const session = await e2e.signIn('cookie', { idleTimeout: '15m', tabs: false });
      let changes = 0;
      session.subscribe(() => {
        changes += 1;
      });
      const press = async (times: number) => {
        changes = 0;
        for (let time = 0; time < times; time++) {
          await clock.run(10);
          const event = new KeyboardEvent('keydown', { bubbles: true });
          // The page's time; the event's own one is the real one.
          document.dispatchEvent(Object.defineProperty(event, 'timeStamp', { value: performance.now() }));
        }
        return changes;
      };
      const running = await press(200);
      session.stop();
      return { heard, running, stopped: await press(50) };
    });
    expect(Object.keys(seen.heard)).toHaveLength(6);
    expect(new Set(Object.values(seen.heard))).toEqual(new Set([true]));
    // Two hundred of them in two seconds.
    expect(seen.running).toBe(2);
    expect(seen.stopped).toBe(0);
  },
);
