import { expect, test } from 'vitest';
import { History } from '../../examples/demo/page/history.js';
import type { Session, SessionEvents } from '../../js/types.js';

test('the picture tells a refresh of this tab from one that another tab made', () => {
  const listeners = new Map<string, (detail: never) => void>();
  const session = {
    snapshot: { status: 'active', refresh: 'idle', generation: 1, attempts: 0 },
    on: (type: keyof SessionEvents, listener: (detail: never) => void) => void listeners.set(type, listener),
  } as unknown as Session;
  const history = new History();
  history.follow(session, new AbortController().signal);
  const tell = (type: string, detail: object) => listeners.get(type)?.(detail as never);
  tell('refreshed', { generation: 2, by: 'this-tab' });
  tell('refreshed', { generation: 3, by: 'another-tab' });
  tell('refreshfailed', { kind: 'network', attempt: 1 });
  tell('ended', { reason: 'signed-out' });
  expect(history.refreshes.map(({ kind }) => kind)).toEqual(['good', 'adopted', 'bad', 'end']);
});
