// Scenarios that lose their browser on purpose, in the engine that ENGINE names: scenarios/replacing.test.ts runs them.
import { defineConfig } from 'vitest/config';
import type { EngineName } from '../engines/engine.js';

export default defineConfig({
  test: {
    include: ['tests/e2e/replacing/losses.ts'],
    globalSetup: ['tests/pack/install.ts'],
    setupFiles: ['tests/e2e/patience.ts'],
    provide: { engine: process.env.ENGINE as EngineName },
    isolate: false,
    testTimeout: 300_000,
  },
});
