import type { Loop } from './boundary.js';
import { listen } from './listen.js';
import * as on from './loop-events.js';
import { updateRecord } from './record.js';
import { fromText, toText, version } from './stored.js';

/** What the loop wants of the other tabs, and how it hears of them. */
export type Tabs = ReturnType<typeof createTabs>;

/**
 * The lock, the record and the channel that the tabs of a session share. What is missing is lost once, and the loop hears
 * what it would hear in the only tab.
 */
export function createTabs(
  name: string,
  isShared: boolean,
  tell: Loop['handle'],
  away: () => void,
  lose: (missing: 'locks' | 'channel' | 'indexedDB') => void,
) {
  const key = `evertoken:${name}`;
  const left = new AbortController();
  let presence: 'new' | 'here' | 'away' = 'new';
  let channel: BroadcastChannel | undefined;
  let leave = () => {};
  let hasRecord = false;

  const goAway = () => {
    presence = 'away';
    channel?.close();
    channel = undefined;
  };

  /** Before every event. True where the page was away, and has heard nothing of what was said. */
  const comeBack = () => {
    const before = presence;
    if (before === 'here' || !isShared || left.signal.aborted) return false;
    presence = 'here';
    try {
      channel = new BroadcastChannel(key);
      channel.onmessage = ({ data }) => Object(data).version === version && tell(on.heard, 0, { message: data });
    } catch {
      lose('channel');
    }
    if (before === 'away') return true;
    const leavePage = () => {
      goAway();
      away();
    };
    listen('pagehide freeze', leavePage, left.signal);
    return false;
  };

  const lock = (how: number) => {
    leave();
    const waiting = new AbortController();
    let state: 'waiting' | 'held' | 'left' = 'waiting';
    const tenure = new Promise<void>((resolve) => {
      leave = () => {
        state = 'left';
        waiting.abort();
        resolve();
      };
    });
    const hold = () => {
      if (state === 'left') return undefined;
      state = 'held';
      tell(on.locked, 1);
      return tenure;
    };
    const request = (options: LockOptions, granted = hold as LockGrantedCallback<void>) => {
      const settled = async () => navigator.locks.request(`${key}:refresh`, options, granted);
      return settled().catch(() => {
        const before = state;
        state = 'left';
        if (before === 'held') tell(on.lockLost);
        if (before !== 'waiting') return;
        lose('locks');
        state = 'held';
        tell(on.locked, 1);
      });
    };
    if (!how || !navigator.locks) return request({ signal: waiting.signal });
    return navigator.locks.request(`${key}:recover`, how > 1 ? { steal: true } : { ifAvailable: true }, (lock) => {
      if (!lock) return state === 'waiting' && tell(on.locked, 0);
      // Without a record this lock alone keeps the others from taking it away again.
      return new Promise<void>((done) => {
        const holdAlone = () => {
          if (hasRecord) done();
          return hold();
        };
        request({ steal: true }, holdAlone).then(done);
      });
    });
  };

  return {
    comeBack,
    lock,
    unlock: () => leave(),
    async sync() {
      try {
        hasRecord = false;
        await updateRecord(key, (text) =>
          toText(tell(on.found, 0, { record: fromText(text as string | undefined) }) ?? {}),
        );
        hasRecord = true;
      } catch {
        lose('indexedDB');
      }
      tell(on.synced, +hasRecord);
    },
    send: (message: object) => channel?.postMessage({ version, ...message }),
    /** The session was stopped. What is under way may still be told. */
    stop: () => left.abort(),
    end() {
      left.abort();
      goAway();
      leave();
    },
  };
}
