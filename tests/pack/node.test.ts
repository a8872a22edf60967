import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { inNode } from './in-node.js';
import { token } from './token.js';

const importCheck = pathToFileURL(join(import.meta.dirname, 'import-check.js')).href;

describe.each(['evertoken', 'evertoken/slim'])('%s in Node', (entry) => {
  test('does nothing when it is imported', () => {
    const url = `import.meta.resolve('${entry}')`;
    const source = `import { effectsOfImport } from '${importCheck}';
      console.log(JSON.stringify(await effectsOfImport(${url})));`;
    expect(inNode(source)).toEqual({
      names: ['EvertokenError', 'RefreshRejected', 'decodeToken', 'init', 'parseDuration', 'startRefreshLoop'],
      calls: [],
      added: [],
    });
  });

  test('says that it is not initialised before init()', () => {
    const source = `import { decodeToken } from '${entry}';
      try { decodeToken('${token}') } catch (error) { console.log(JSON.stringify(error.code)) }`;
    expect(inNode(source)).toBe('ERR_NOT_INITIALISED');
  });
});

test('evertoken reads a token after init()', () => {
  const source = `import { decodeToken, init } from 'evertoken';
    await init();
    console.log(JSON.stringify(decodeToken('${token}')));`;
  expect(inNode(source)).toMatchObject({ sub: 'pack' });
});

test('evertoken/slim reads a token with the bytes of evertoken.wasm', () => {
  const source = `import { readFile } from 'node:fs/promises';
    import { decodeToken, init } from 'evertoken/slim';
    await init(await readFile(new URL(import.meta.resolve('evertoken/evertoken.wasm'))));
    console.log(JSON.stringify(decodeToken('${token}')));`;
  expect(inNode(source)).toMatchObject({ sub: 'pack' });
});
