// What each answer to a refresh means: a passing fault, or the end.
import { expect } from 'vitest';
import { gaps, startRefreshing } from './refreshing.js';
import { scenario } from './support.js';

// Long enough for every wait below to be over while the token lasts; due after half an hour.
const LONG = { settings: { tokenLifetime: 3600 }, options: { refreshWindow: '30m' } };

const http = (status: number) => ({ kind: 'http', status });
const unreadable = { kind: 'unreadable', status: 200 };

scenario.for([
  [{ kind: '400' }, http(400)],
  [{ kind: '404' }, http(404)],
  [{ kind: '408' }, http(408)],
  [{ kind: '425' }, http(425)],
  [{ kind: '429', retryAfter: 7 }, http(429)],
  [{ kind: '429', retryAfter: 90, retryAfterFormat: 'date' }, http(429)],
  [{ kind: '500' }, http(500)],
  [{ kind: '502' }, http(502)],
  [{ kind: '503' }, http(503)],
  [{ kind: '503', retryAfter: 30 }, http(503)],
  [{ kind: '503', retryAfter: 7, retryAfterFormat: 'date' }, http(503)],
  [{ kind: 'html' }, unreadable],
  [{ kind: 'empty' }, unreadable],
] as const)(
  '%j passes: the token stays in use, and the refresh is tried again in due time',
  async ([fault, failure], { open }) => {
    const { attempts, order, run, server, state, told, until } = await startRefreshing(open, 'oauth', LONG);
    server.set({ faults: { refresh: fault } });
    await run(1799);
    await until({ attempts: 2 });
    expect(await state()).toMatchObject({ status: 'active', refresh: 'waiting', generation: 1, lastFailure: failure });
    server.set({ faults: { refresh: 'none' } });
    await until({ generation: 2 });
    expect(await state()).toMatchObject({ status: 'active', refresh: 'idle', attempts: 0 });

    const failures = await told('refreshfailed');
    expect(failures).toMatchObject(failures.map((_, index) => ({ ...failure, attempt: index + 1, kept: true })));
    expect(await order()).toEqual(['expiring', ...failures.map(({ type }) => type), 'refreshed']);
    // Without a Retry-After from 0 to a step of 1 s that doubles; after one, up to five minutes while the token lasts.
    const [least, most] = 'retryAfter' in fault ? [fault.retryAfter, fault.retryAfter + 300] : [0, undefined];
    const waits = gaps(attempts());
    expect(waits).toHaveLength(failures.length);
    for (const [index, wait] of waits.entries()) {
      expect(wait).toBeGreaterThanOrEqual(least);
      expect(wait).toBeLessThanOrEqual((most ?? 2 ** index) + 0.1);
    }
  },
);

// A cookie endpoint is read by a function of the page, which throws.
scenario.for(['html', 'empty'])('%s for a cookie endpoint passes too', async (kind, { open }) => {
  const { order, run, server, told, until } = await startRefreshing(open, 'cookie');
  server.set({ faults: { refresh: { kind, count: 1 } } });
  await run(299);
  await until({ generation: 2 });
  expect(await told('refreshfailed')).toMatchObject([{ kind: 'thrown', attempt: 1, kept: true }]);
  expect(await order()).toEqual(['expiring', 'refreshfailed', 'refreshed']);
});

scenario.for([
  ['cookie', '401'],
  ['cookie', '403'],
  ['cookie', 'invalid_grant'],
  ['oauth', '401'],
  ['oauth', '403'],
  ['oauth', 'invalid_grant'],
] as const)('by %s, %s is a no: the session ends once, and nothing more is sent', async ([by, kind], { open }) => {
  const { attempts, order, run, server, state, told } = await startRefreshing(open, by);
  server.set({ faults: { refresh: { kind, count: 1 } } });
  await run(400);
  expect(await state()).toMatchObject({ status: 'ended', reason: 'refresh-rejected', token: null });
  const sent = server.requests().length;
  await run(3600);
  expect(await told('ended')).toMatchObject([{ reason: 'refresh-rejected', kept: false }]);
  expect(await order()).toEqual(['expiring', 'ended']);
  expect(attempts()).toHaveLength(1);
  expect(server.requests()).toHaveLength(sent);
});
