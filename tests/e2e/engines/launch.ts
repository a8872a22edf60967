import { launchChromium } from './chromium.js';
import type { Engine, EngineName } from './engine.js';
import { launchFirefox } from './firefox.js';
import { launchWebKit } from './webkit.js';

const LAUNCH: Record<EngineName, () => Promise<Engine>> = {
  chromium: launchChromium,
  firefox: launchFirefox,
  webkit: launchWebKit,
};

export const launch = (name: EngineName): Promise<Engine> => LAUNCH[name]();
