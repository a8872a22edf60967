import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withoutPanicTexts } from '../../scripts/lib/panics.mjs';

const built = readFileSync(new URL('../../js/generated/evertoken.wasm', import.meta.url), 'latin1');

test.each(['/rustc/', 'memory allocation of', 'capacity overflow', '0001020304', '__heap_base'])(
  'the wasm of this build holds no %s',
  (text) => {
    expect(built).not.toContain(text);
  },
);

test('what is not there any more is not silently left in the list', async () => {
  const empty = Buffer.from('\0asm\x01\0\0\0', 'latin1');
  await expect(withoutPanicTexts(empty)).rejects.toThrow('need not be blanked');
});
