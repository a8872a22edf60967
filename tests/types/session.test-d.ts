import { expectTypeOf, test } from 'vitest';
import type * as entry from '../../js/index.js';
import type {
  EndReason,
  ErrorCode,
  EvertokenError,
  RefreshRejected,
  Session,
  Snapshot,
  WasmSource,
} from '../../js/index.js';
import type * as slim from '../../js/slim.js';

declare const session: Session;
declare const api: typeof entry;

test('both entries have the same names', () => {
  expectTypeOf<keyof typeof entry>().toEqualTypeOf<keyof typeof slim>();
  expectTypeOf<keyof typeof entry>().toEqualTypeOf<
    'decodeToken' | 'EvertokenError' | 'init' | 'parseDuration' | 'RefreshRejected' | 'startRefreshLoop'
  >();
});

test('init takes a source in slim alone', () => {
  expectTypeOf<typeof entry.init>().parameters.toEqualTypeOf<[]>();
  expectTypeOf<typeof slim.init>().parameters.toEqualTypeOf<[source: WasmSource | Promise<WasmSource>]>();
  expectTypeOf<Promise<Response>>().toExtend<Parameters<typeof slim.init>[0]>();
  expectTypeOf<Uint8Array<ArrayBuffer>>().toExtend<WasmSource>();
  expectTypeOf<WebAssembly.Module>().toExtend<WasmSource>();
});

test('tokens', () => {
  expectTypeOf(session.accessToken).toEqualTypeOf<string | undefined>();
  expectTypeOf(session.idToken).toEqualTypeOf<string | undefined>();
  expectTypeOf(session.getAccessToken()).toEqualTypeOf<Promise<string>>();
  expectTypeOf(session.refresh({ failedToken: 'a' })).toEqualTypeOf<Promise<string>>();
  expectTypeOf(session.setTokens).returns.toBeVoid();
  expectTypeOf(session.signOut()).toEqualTypeOf<Promise<void>>();
  // @ts-expect-error a session is read, not written
  session.accessToken = 'mine';
});

test('fetch may stand in for the global one', () => {
  expectTypeOf(session.fetch).toExtend<typeof globalThis.fetch>();
});

test('events bring their details', () => {
  session.on('refreshed', (detail) => {
    expectTypeOf(detail.by).toEqualTypeOf<'this-tab' | 'another-tab'>();
    expectTypeOf(detail.expiresAt).toEqualTypeOf<number | undefined>();
  });
  session.on('ended', ({ reason }) => expectTypeOf(reason).toEqualTypeOf<EndReason>());
  session.on('change', (snapshot) => expectTypeOf(snapshot).toEqualTypeOf<Snapshot>());
  session.on('sessionexpiring', ({ because }) =>
    expectTypeOf(because).toEqualTypeOf<'max-lifespan' | 'refresh-token'>(),
  );
  expectTypeOf(session.on('expired', () => {}, { signal: new AbortController().signal })).toEqualTypeOf<() => void>();
  // @ts-expect-error no such event
  session.on('expird', () => {});
});

test('the snapshot suits useSyncExternalStore', () => {
  type Hook = <Value>(subscribe: (changed: () => void) => () => void, read: () => Value) => Value;
  const hook = {} as Hook;
  expectTypeOf(hook(session.subscribe, () => session.snapshot)).toEqualTypeOf<Snapshot>();
  // @ts-expect-error frozen
  session.snapshot.status = 'active';
});

test('claims', () => {
  const claims = session.claims;
  expectTypeOf(claims?.exp).toEqualTypeOf<number | undefined>();
  expectTypeOf(claims?.aud).toEqualTypeOf<string | string[] | undefined>();
  expectTypeOf(claims?.roles).toEqualTypeOf<unknown>();
  expectTypeOf(api.decodeToken('a.b.c').sub).toEqualTypeOf<string | undefined>();
  expectTypeOf(api.decodeToken<{ roles?: string[] }>('a.b.c').roles).toEqualTypeOf<string[] | undefined>();
});

test('errors', () => {
  expectTypeOf<EvertokenError>().toExtend<Error>();
  expectTypeOf<EvertokenError['code']>().toEqualTypeOf<ErrorCode>();
  expectTypeOf<EvertokenError['option']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<EvertokenError['reason']>().toEqualTypeOf<EndReason | undefined>();
  expectTypeOf<EvertokenError['retryAt']>().toEqualTypeOf<number | undefined>();
  expectTypeOf<typeof RefreshRejected>().toBeConstructibleWith('signed out elsewhere');
});
