// What a page is to show: an application of tools/ tells of a refresh, an example of examples/ is walked through, and all
// of them look alike to the walk.
import { until } from './processes.mjs';
import { SLEEP_PATH } from './site.mjs';

/**
 * Waits until the title tells of a refresh and of the API's answer after it. Resolves to the title.
 *
 * @param {import('puppeteer-core').Page} page
 */
export async function titleOfRefresh(page) {
  let title = '';
  const isRefreshed = async () => {
    // A development server may reload its page at any moment.
    title = await page.title().catch(unlessBrowserIsGone(page, title));
    return /^Ada: refreshed \d/.test(title);
  };
  await until(isRefreshed).catch((error) => {
    throw new Error(`no refresh was seen, the title is '${title}': ${error.message}`);
  });
  return `'${title}'`;
}

/**
 * Signs in, sees a refresh and the idle countdown, sleeps beyond the token's end, calls the API at the very wake, signs
 * out. Resolves to what was seen.
 *
 * @param {import('puppeteer-core').Page} page
 */
export async function walkThrough(page) {
  const text = (name) =>
    page.$eval(`[data-testid=${name}]`, (element) => element.textContent.trim()).catch(unlessBrowserIsGone(page, ''));
  const seen = async (what, name, pattern) => {
    let found = '';
    const isSeen = async () => {
      if (name !== 'idle') await moveMouse(page);
      found = await text(name);
      return pattern.test(found);
    };
    await until(isSeen).catch((error) => {
      throw new Error(`${what}: "${name}" is "${found}", not ${pattern}: ${error.message}`);
    });
    return found;
  };
  const button = (label) => `::-p-xpath(//button[normalize-space()="${label}"])`;
  const click = (label) => page.locator(button(label)).click();

  await page.locator('input[name=name]').fill('ada');
  await click('Sign in');
  await seen('signed in', 'status', /^active$/);
  await seen('signed in', 'claims', /ada/);
  const refreshes = await seen('a refresh', 'refreshes', /^[1-9]/);
  const idle = await seen('an idle countdown', 'idle', /^Idle: [1-5]?\d s left$/);

  await page.$eval(button('Call the API'), sleepAndClick, SLEEP_PATH);
  const answer = await seen('an API call after a wake', 'api', /\b200\b/);

  await click('Sign out');
  await seen('signed out', 'status', /^ended$/);
  await page.waitForSelector('input[name=name]');
  return `refreshes: ${refreshes}, "${idle}", after a wake "${answer}"`;
}

/** A person who is there: the examples' idle timeout of a minute bounds no speed. */
async function moveMouse(page) {
  const along = () => Math.floor(Math.random() * 100);
  await page.mouse.move(along(), along());
}

/**
 * Nothing of the page runs during a synchronous request while its clocks go on, as in a laptop that sleeps; the click is
 * what wakes it. The sleep begins right after a refresh, so that no answer is on its way, which would be stale at the wake.
 */
function sleepAndClick(button, path) {
  const refreshes = () => document.querySelector('[data-testid=refreshes]').textContent;
  const before = refreshes();
  return new Promise((resolve) => {
    const observer = new MutationObserver(() => {
      if (refreshes() === before) return;
      observer.disconnect();
      const request = new XMLHttpRequest();
      request.open('GET', path, false);
      request.send();
      button.click();
      resolve();
    });
    observer.observe(document.body, { characterData: true, childList: true, subtree: true });
  });
}

function unlessBrowserIsGone(page, value) {
  return (error) => {
    if (!page.browser().connected) throw error;
    return value;
  };
}
