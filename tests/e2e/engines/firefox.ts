import { findFirefox } from '../../../scripts/lib/browser.mjs';
import { absent, type Engine } from './engine.js';
import { engineOf } from './puppeteer.js';

const NO_FREEZE = 'WebDriver BiDi has no command that freezes a tab';
const NO_KILL = 'WebDriver BiDi has no command that ends the process of a tab';

export function launchFirefox(): Engine {
  const executablePath = findFirefox();
  if (!executablePath) return absent('firefox', 'there is no Firefox here');
  const options = { browser: 'firefox', executablePath, defaultViewport: null } as const;
  return engineOf(options, {
    name: 'firefox',
    cannot: { freeze: NO_FREEZE, kill: NO_KILL },
    setLifecycle: () => Promise.reject(new Error(NO_FREEZE)),
    kill: () => Promise.reject(new Error(NO_KILL)),
  });
}
