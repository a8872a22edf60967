// Browsers and their drivers for the tests. Node builtins alone.
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';

const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const macChrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

const isRoot = process.getuid?.() === 0;

/** The paths of Chromium and chromedriver; undefined where there is none. CHROME_PATH and CHROMEDRIVER come first. */
export const findBrowser = () => ({
  chromium: process.env.CHROME_PATH ?? onPath(chromiumNames) ?? [macChrome].find(isExecutable),
  chromedriver: process.env.CHROMEDRIVER ?? onPath(['chromedriver']),
});

/** The path of Firefox; undefined where there is none. FIREFOX_PATH comes first. */
export const findFirefox = () => process.env.FIREFOX_PATH ?? onPath(['firefox-esr', 'firefox']);

/** WebKit's MiniBrowser (MINIBROWSER comes first), and what is missing of it and of what drives it. */
export function findWebKit() {
  const miniBrowser =
    process.env.MINIBROWSER ??
    webKitFolders()
      .map((at) => join(at, 'MiniBrowser'))
      .find(isExecutable);
  const programs = ['WebKitWebDriver', 'Xvfb', 'xdotool', 'setpriv'].filter((program) => !onPath([program]));
  return { miniBrowser, missing: miniBrowser ? programs : ['MiniBrowser', ...programs] };
}

/** Where distributions put what is WebKitGTK's own, newest first. */
function webKitFolders() {
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch] ?? process.arch;
  return [`/usr/lib/${machine}-linux-gnu`, '/usr/libexec', '/usr/lib64', '/usr/lib'].flatMap((folder) => {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const own = names.filter((name) => /^webkit2?gtk-/.test(name)).sort();
    return own.reverse().map((name) => join(folder, name));
  });
}

/** Makes sure that there is a Chromium and a chromedriver; installs Debian's where it may. */
export async function browser() {
  if (isComplete(findBrowser())) return 'there';
  if (isRoot && onPath(['apt-get'])) {
    console.log('no Chromium with chromedriver here: installing the packages chromium and chromium-driver');
    await installPackages(['chromium', 'chromium-driver']);
    if (isComplete(findBrowser())) return 'installed';
  }
  throw new Error(
    'the browser tests need Chromium (or Chrome) and chromedriver of the same version. Install both (on Debian: ' +
      'apt-get install chromium chromium-driver) or name them in CHROME_PATH and CHROMEDRIVER. `npm run test:fast` needs none.',
  );
}

/** The same, and Firefox and WebKit where they may be installed; the scenarios say what is missing then. */
export async function browsers() {
  const did = await browser();
  const isMissing = () => !findFirefox() || findWebKit().missing.length > 0;
  if (!isMissing()) return did;
  const packages = ['firefox-esr', 'webkit2gtk-driver', 'xvfb', 'xdotool', 'iproute2', 'util-linux'];
  if (!(isRoot && onPath(['apt-get']))) {
    const { missing } = findWebKit();
    return `${did}; without ${[...(findFirefox() ? [] : ['Firefox']), ...missing].join(', ')} (on Debian: apt-get install ${packages.join(' ')})`;
  }
  console.log(`installing the packages ${packages.join(', ')}`);
  await installPackages(packages);
  return 'installed';
}

/** Where another one installs something at the moment, after it. */
async function installPackages(packages) {
  await run('apt-get', ['update']);
  await run('apt-get', ['-o', 'DPkg::Lock::Timeout=600', 'install', '-y', '--no-install-recommends', ...packages]);
}

/** What puppeteer launches: quiet, and without a sandbox where root would not get one. */
export function launchOptions() {
  const { chromium } = findBrowser();
  if (!chromium) throw new Error('no Chromium found: install it, or name it in CHROME_PATH');
  return {
    executablePath: chromium,
    args: [
      ...(isRoot ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--disable-quic',
      '--disable-sync',
      '--no-first-run',
    ],
  };
}

const isComplete = ({ chromium, chromedriver }) => chromium !== undefined && chromedriver !== undefined;

function onPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
