// What another page wrote is read: the samples of each layout, which tests/core/layouts.rs writes alike.
import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { ofThisVersion, version } from '../../js/stored.js';
import { createTabs } from '../../js/tabs.js';
import { FakePlatform } from './platform.js';
import { type Abilities, startedLoop } from './wasm.js';

const sample = (name: string) => readFileSync(new URL(`../layouts/${name}.json`, import.meta.url), 'utf8');
const parsed = (name: string) => JSON.parse(sample(name));

const tabs: Abilities = {
  refresh: true,
  refreshTakesToken: true,
  revoke: true,
  signOut: true,
  tabs: true,
  record: true,
};

/** A minute after the session of the samples began. */
const platform = () => Object.assign(new FakePlatform(), { wall: 1_700_000_060_000 });

test('every sample is of the layout that is written now', () => {
  const names = ['stored', 'record', 'message-ask', 'message-tokens', 'message-activity', 'message-end'];
  expect(names.map((name) => parsed(name).version)).toEqual(names.map(() => version));
});

test('the text of a store', () => {
  const { told } = startedLoop(
    {},
    { ...tabs, tabs: false, record: false },
    { stored: sample('stored'), platform: platform() },
  );
  expect([told.token, told.idToken, told.warnings]).toEqual(['one', 'who', []]);
  expect(told.snapshot).toMatchObject({ status: 'active', clockSkew: 0.25 });
  expect(told.signOuts).toMatchObject([{ reason: 'signed-out', revokeOnly: true, refreshToken: 'r0' }]);
});

test('the record', () => {
  const { told } = startedLoop({}, tabs, { record: sample('record'), platform: platform() });
  expect(told.snapshot).toMatchObject({ status: 'ended', reason: 'idle' });
});

/** A tab that has adopted the tokens of the samples' session. */
function adopting() {
  const device = platform();
  const made = startedLoop({ idleTimeout: '15m' }, tabs, { platform: device });
  const receive = (name: string) => made.loop.received(ofThisVersion(parsed(name)) as object);
  receive('message-tokens');
  return { ...made, receive, device };
}

test('another tab’s tokens', () => {
  const { told } = adopting();
  expect([told.token, told.idToken, told.snapshot.generation]).toEqual(['one', 'who', 3]);
});

test('another tab’s question', () => {
  const { told, loop } = adopting();
  const before = told.sent.length;
  const { order, payload } = parsed('message-ask');
  loop.received({ order: { ...order, generation: 2 }, payload });
  expect(told.sent.slice(before)).toMatchObject([{ order, payload: { kind: 'tokens' } }]);
});

test('another tab’s activity', () => {
  const { told, loop, device } = adopting();
  expect(told.snapshot.idleEndsAt).toBe(1_700_000_960);
  device.pass(30_000);
  loop.received({ ...parsed('message-activity'), payload: { kind: 'activity', content: 1_700_000_085_000 } });
  expect(told.snapshot.idleEndsAt).toBe(1_700_000_985);
});

test('another tab’s end', () => {
  const { told, receive } = adopting();
  receive('message-end');
  expect(told.snapshot).toMatchObject({ status: 'ended', reason: 'idle' });
});

test.each([1, 3, undefined, '2'])('a message of version %s is ignored', (version) => {
  const channel = { close() {}, onmessage: undefined as ((event: { data: unknown }) => void) | undefined };
  const received = vi.fn();
  const driver = createTabs(
    Object.assign(platform(), { openChannel: () => channel as never }),
    'test',
    true,
    () => ({ received }) as never,
    () => {},
    () => {},
  );
  driver.comeBack();
  channel.onmessage?.({ data: { ...parsed('message-end'), version } });
  expect(received).not.toHaveBeenCalled();
  channel.onmessage?.({ data: parsed('message-end') });
  expect(received).toHaveBeenCalledOnce();
});
