import { launchChromium } from './chromium.js';
import type { Engine, EngineName } from './engine.js';

const LAUNCH: Record<EngineName, () => Promise<Engine>> = {
  chromium: launchChromium,
  firefox: launchChromium,
  webkit: launchChromium,
};

export const launch = (name: EngineName): Promise<Engine> => LAUNCH[name]();
