// The walk through an example application: all of examples/ look alike to it.
import { until } from './processes.mjs';

const STEP_TIMEOUT = 30_000;

/**
 * Signs in, sees a refresh and the idle countdown, sleeps beyond the token's end, calls the API at the very wake, signs
 * out. Resolves to what was seen.
 *
 * @param {import('puppeteer-core').Page} page
 * @param {number} tokenSeconds
 */
export async function walkThrough(page, tokenSeconds) {
  const text = (name) => page.$eval(`[data-testid=${name}]`, (element) => element.textContent.trim()).catch(() => '');
  const seen = async (what, name, pattern) => {
    try {
      await until(async () => pattern.test(await text(name)), STEP_TIMEOUT);
    } catch {
      throw new Error(`${what}: "${name}" is "${await text(name)}", not ${pattern}`);
    }
    return text(name);
  };
  const button = (label) => `::-p-xpath(//button[normalize-space()="${label}"])`;
  const click = (label) => page.locator(button(label)).click();

  await page.locator('input[name=name]').fill('ada');
  await click('Sign in');
  await seen('signed in', 'status', /^active$/);
  await seen('signed in', 'claims', /ada/);
  const refreshes = await seen('a refresh', 'refreshes', /^[1-9]/);
  const idle = await seen('an idle countdown', 'idle', /^Idle: \d+ s left$/);

  await page.$eval(button('Call the API'), wakeByClick, (tokenSeconds + 1) * 1000);
  const answer = await seen('an API call after a wake', 'api', /\b200\b/);

  await click('Sign out');
  await seen('signed out', 'status', /^ended$/);
  await page.waitForSelector('input[name=name]', { timeout: STEP_TIMEOUT });
  return `refreshes: ${refreshes}, "${idle}", after a wake "${answer}"`;
}

/** Nothing of the page runs for so long while its clocks go on, as in a laptop that sleeps; the click is what wakes it. */
function wakeByClick(button, milliseconds) {
  const wakeAt = performance.now() + milliseconds;
  while (performance.now() < wakeAt);
  button.click();
}
