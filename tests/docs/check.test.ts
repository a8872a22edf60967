// The snippets of docs/check.md print what the page says.
import { afterEach, expect, test, vi } from 'vitest';
import { run, snippetsOf } from './document.js';

const log = vi.spyOn(console, 'log').mockReturnValue();
afterEach(() => log.mockClear());

const printed: Record<string, unknown[][]> = {
  'import { checkSettings }': [
    [expect.stringMatching(/^warning WINDOW_OVER_IDLE_TIMEOUT refreshWindow: it is not shorter than idleTimeout; /)],
    [expect.stringMatching(/^warning MAXIMUM_OVER_A_DAY ssoSessionMaxLifespan: it is 30 d, /)],
    [expect.stringMatching(/^info WINDOW_ADAPTED refreshWindow: /)],
  ],
  'import { grammars': [[5_400, 60, 604.8]],
};

const snippets = snippetsOf('check.md').filter(({ language }) => language === 'js');

test.each(Object.entries(printed))('%s', async (beginning, lines) => {
  const snippet = snippets.find(({ code }) => code.startsWith(beginning));
  await run(snippet?.code ?? '');
  expect(log.mock.calls).toEqual(expect.arrayContaining(lines));
  expect(log).toHaveBeenCalledTimes(lines.length);
});

test('there is no other', () => {
  expect(snippets).toHaveLength(Object.keys(printed).length);
});
