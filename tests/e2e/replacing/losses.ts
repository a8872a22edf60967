import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import { scenario } from '../scenarios/support.js';

/** As the system does with what takes too much. They are the children of this process. */
const killBrowser = () => execFileSync('pkill', ['-KILL', '-P', String(process.pid)]);

let attempts = 0;
scenario('dies once', async ({ open }) => {
  const { tab } = await open();
  attempts += 1;
  if (attempts === 1) killBrowser();
  expect(await tab.evaluate(() => 'there')).toBe('there');
});

scenario('dies each time', async ({ open }) => {
  const { tab } = await open();
  killBrowser();
  await tab.evaluate(() => 'there');
});

let expectations = 0;
scenario('an expectation fails', async ({ open }) => {
  await open();
  expectations += 1;
  expect(expectations).toBe(2);
});

scenario('an expectation fails, and then the browser dies', async ({ open }) => {
  const { tab } = await open();
  try {
    expect(await tab.evaluate(() => 'there')).toBe('elsewhere');
  } finally {
    queueMicrotask(killBrowser);
  }
});

scenario('a page hangs', { timeout: 2_000 }, async ({ open }) => {
  const { tab } = await open();
  await tab.evaluate(() => new Promise(() => {}));
});
