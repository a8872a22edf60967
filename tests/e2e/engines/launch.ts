import { launchChromium } from './chromium.js';
import type { Engine, EngineName } from './engine.js';
import { launchFirefox } from './firefox.js';
import { launchWebKit } from './webkit.js';

const LAUNCH: Record<EngineName, () => Engine> = {
  chromium: launchChromium,
  firefox: launchFirefox,
  webkit: launchWebKit,
};

/** The engine; its browser starts with the first profile. */
export const launch = (name: EngineName): Engine => LAUNCH[name]();
