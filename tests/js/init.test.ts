import { afterEach, beforeEach, describe, expect, type Mock, test, vi } from 'vitest';
import type { Core } from '../../js/boundary.js';
import { createLoader } from '../../js/init.js';
import { fromSource } from '../../js/source.js';
import type { WasmSource } from '../../js/types.js';
import { CoreDouble } from './double.js';

/** A small module: it exports an empty function. */
const wasm = new Uint8Array([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x07, 0x08, 0x01, 0x04, ...new TextEncoder().encode('poll'), 0x00, 0x00],
  ...[0x0a, 0x04, 0x01, 0x02, 0x00, 0x0b],
]);

const html = '<!doctype html><title>Shop</title>';
const respond = (body: BodyInit, type = 'application/wasm', status = 200) =>
  new Response(body, { status, headers: { 'content-type': type } });

let core: CoreDouble;
let instantiate: Mock<(module: WebAssembly.Module) => Core>;
let loader: ReturnType<typeof createLoader>;
const load = (source: WasmSource | Promise<WasmSource>) => loader.load(fromSource(source));

beforeEach(() => {
  core = new CoreDouble();
  instantiate = vi.fn(() => core);
  loader = createLoader(instantiate);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function causeOf(source: Parameters<typeof load>[0]) {
  const error = await load(source).then(
    () => undefined,
    (error) => error,
  );
  expect(error).toMatchObject({ name: 'EvertokenError', code: 'ERR_WASM_UNAVAILABLE' });
  return error as Error;
}

describe('sources', () => {
  const padded = new Uint8Array([1, 2, 3, ...wasm, 4]);
  test.each<[string, () => Parameters<typeof load>[0]]>([
    ['bytes', () => wasm],
    ['an ArrayBuffer', () => wasm.slice().buffer],
    ['a view into a larger buffer', () => padded.subarray(3, 3 + wasm.length)],
    ['a DataView', () => new DataView(padded.buffer, 3, wasm.length)],
    ['a module', () => new WebAssembly.Module(wasm)],
    ['a promise of a module', () => WebAssembly.compile(wasm)],
    ['a response', () => respond(wasm)],
    ['a response of the wrong type', () => respond(wasm, 'application/octet-stream')],
    ['a response whose type has a parameter', () => respond(wasm, 'application/wasm; charset=utf-8')],
    ['a response without a type', () => new Response(wasm)],
    ['a promise of a response', () => Promise.resolve(respond(wasm))],
  ])('%s', async (_, source) => {
    await load(source());
    expect(instantiate).toHaveBeenCalledExactlyOnceWith(expect.any(WebAssembly.Module));
    expect(loader.ready()).toBe(core);
  });

  test.each(['https://cdn.example/evertoken.wasm', new URL('https://cdn.example/evertoken.wasm')])(
    'the URL %s',
    async (url) => {
      const fetch = vi.fn(async () => respond(wasm));
      vi.stubGlobal('fetch', fetch);
      await load(url);
      expect(fetch).toHaveBeenCalledExactlyOnceWith(url);
    },
  );

  test('a response of the right type is compiled while it arrives', async () => {
    const streaming = vi.spyOn(WebAssembly, 'compileStreaming');
    await load(respond(wasm, 'application/wasm'));
    expect(streaming).toHaveBeenCalledOnce();
  });

  test('a browser without streaming waits for the bytes', async () => {
    vi.stubGlobal('WebAssembly', Object.create(WebAssembly, { compileStreaming: { value: undefined } }));
    await load(respond(wasm));
    expect(loader.ready()).toBe(core);
  });

  test.each([1, null, true, {}, 'a promise of nothing'])('%o is no source', async (source) => {
    const given = source === 'a promise of nothing' ? Promise.resolve(undefined) : source;
    await expect(load(given as never)).rejects.toMatchObject({ code: 'ERR_INVALID_OPTION', option: 'source' });
  });
});

describe('once', () => {
  test('all who ask share one load and one instance', async () => {
    const second = vi.fn(() => wasm);
    const loads = [load(wasm), load(second), loader.load()];
    expect(new Set(await Promise.all(loads))).toEqual(new Set([core]));
    await load(second);
    expect(instantiate).toHaveBeenCalledOnce();
    expect(second).not.toHaveBeenCalled();
  });

  test('a load that failed may be tried again', async () => {
    const all = [load(respond('', '', 503)), loader.load()];
    expect(await Promise.allSettled(all)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    expect(() => loader.ready()).toThrow(expect.objectContaining({ code: 'ERR_NOT_INITIALISED' }));
    await load(wasm);
    expect(loader.ready()).toBe(core);
  });

  test('so may one whose module would not start', async () => {
    instantiate.mockImplementationOnce(() => {
      throw new Error('not this time');
    });
    await expect(load(wasm)).rejects.toThrow('not this time');
    await load(wasm);
  });
});

test('without a load the error says how', async () => {
  const error = {
    code: 'ERR_NOT_INITIALISED',
    message: expect.stringMatching(/await init\(\).*evertoken\/slim.*init\(source\)/),
  };
  expect(() => loader.ready()).toThrow(expect.objectContaining(error));
  await expect(loader.load()).rejects.toMatchObject(error);
});

describe('the cause is named', () => {
  test('WebAssembly is switched off', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    expect((await causeOf(wasm)).message).toContain('switched off');
  });

  test.each([
    // Chromium, Firefox and WebKit, in this order.
    [
      WebAssembly.CompileError,
      "WebAssembly.instantiate(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive because neither 'wasm-eval' nor 'unsafe-eval' is an allowed source of script",
    ],
    [WebAssembly.CompileError, 'call to WebAssembly.instantiate() blocked by CSP'],
    [
      EvalError,
      "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an allowed source of script in the following Content Security Policy directive: \"script-src 'self'\".",
    ],
  ])('the policy forbids it: %o %s', async (Thrown, message) => {
    vi.spyOn(WebAssembly, 'compile').mockRejectedValue(new Thrown(message));
    const error = await causeOf(wasm);
    expect(error.message).toContain("add 'wasm-unsafe-eval' to script-src");
    expect(error.cause).toBeInstanceOf(Thrown);
  });

  test.each([404, 500])('the server answered %i', async (status) => {
    vi.stubGlobal('fetch', async () => respond(html, 'text/html', status));
    expect((await causeOf('https://cdn.example/evertoken.wasm?token=CANARY')).message).toContain(
      `answered with ${status}`,
    );
  });

  test.each([html, `\n  ${html}`, `\ufeff${html}`])('an HTML page came', async (page) => {
    expect((await causeOf(respond(page, 'text/html; charset=utf-8'))).message).toContain(
      'an HTML page came in its place',
    );
  });

  test('an HTML page came under the type of wasm', async () => {
    expect((await causeOf(respond(html))).cause).toBeInstanceOf(WebAssembly.CompileError);
  });

  test.each([new Uint8Array(), new Uint8Array([0, 0x61, 0x73]), new TextEncoder().encode('version https://git-lfs')])(
    'something else came',
    async (bytes) => expect((await causeOf(bytes)).message).toContain('what came is not WebAssembly'),
  );

  test('a module of another version', async () => {
    // It imports a function that nobody gives it.
    const other = new Uint8Array([
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
      ...[0x02, 0x07, 0x01, 0x01, 0x61, 0x01, 0x62, 0x00, 0x00],
    ]);
    instantiate.mockImplementationOnce((module) => {
      new WebAssembly.Instance(module, { a: {} });
      return core;
    });
    expect((await causeOf(other)).message).toContain('it is of another version than this JavaScript');
    await load(wasm);
  });

  test('a module cut short', async () => {
    expect((await causeOf(wasm.subarray(0, 20))).cause).toBeInstanceOf(WebAssembly.CompileError);
  });

  test('a response that was read before', async () => {
    const response = respond(wasm, 'text/plain');
    await response.arrayBuffer();
    expect((await causeOf(response)).cause).toBeInstanceOf(TypeError);
  });

  test('the network failed', async () => {
    const fault = new TypeError('Failed to fetch');
    vi.stubGlobal('fetch', () => Promise.reject(fault));
    const error = await causeOf('https://cdn.example/evertoken.wasm');
    expect(error.message).toContain('could not be fetched');
    expect(error.cause).toBe(fault);
  });

  test("an error of the caller's own is not attached", async () => {
    const axios = Object.assign(new Error('Request failed'), {
      config: { headers: { Authorization: 'Bearer CANARY' } },
    });
    expect((await causeOf(Promise.reject(axios))).cause).toBeUndefined();
  });
});
