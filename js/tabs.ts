import type { Lock, Loop } from './boundary.js';
import { listen } from './listen.js';
import type { Platform } from './platform.js';
import { updateRecord } from './record.js';
import { fromText, ofThisVersion, toText, version } from './stored.js';

/** What the loop wants of the other tabs, and how it hears of them. */
export type Tabs = ReturnType<typeof createTabs>;

/**
 * The lock, the record and the channel that the tabs of a session share. What is missing is lost once, and the loop hears
 * what it would hear in the only tab.
 */
export function createTabs(
  platform: Platform,
  name: string,
  isShared: boolean,
  loop: () => Loop,
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
      channel = platform.openChannel(key);
      channel.onmessage = ({ data }) => {
        const message = ofThisVersion(data);
        if (message) loop().received(message);
      };
    } catch {
      lose('channel');
    }
    if (before === 'away') return true;
    const leavePage = () => {
      goAway();
      away();
    };
    listen(platform.events, 'pagehide freeze', leavePage, left.signal);
    return false;
  };

  const lock = (how: Lock) => {
    const { locks } = platform;
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
      loop().locked(true);
      return tenure;
    };
    const request = (options: LockOptions, granted = hold as LockGrantedCallback<void>) => {
      const settled = async () => (locks as LockManager).request(`${key}:refresh`, options, granted);
      return settled().catch(() => {
        const before = state;
        state = 'left';
        if (before === 'held') loop().lockLost();
        if (before !== 'waiting') return;
        lose('locks');
        state = 'held';
        loop().locked(true);
      });
    };
    if (how === 'queued' || !locks) return request({ signal: waiting.signal });
    return locks.request(`${key}:recover`, how === 'forced' ? { steal: true } : { ifAvailable: true }, (lock) => {
      if (!lock) return state === 'waiting' && loop().locked(false);
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
        await updateRecord(platform, key, (text) => {
          const record: object | undefined = loop().found(fromText(text));
          return record && toText(record);
        });
        hasRecord = true;
      } catch {
        lose('indexedDB');
      }
      loop().synced(hasRecord);
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
