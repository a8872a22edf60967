import { defineConfig } from 'vitest/config';
import type { EngineName } from './tests/e2e/engines/engine.js';

// The scenarios in one engine. They share one browser, so they share a worker.
const scenarios = (engine: EngineName) => ({
  test: {
    name: engine,
    include: ['tests/e2e/scenarios/**/*.test.ts'],
    globalSetup: ['tests/pack/install.ts'],
    provide: { engine },
    isolate: false,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

// Projects by what they need: `unit` only Node; `e2e`, `pack` and the three of the scenarios a build and a browser.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'types',
          include: [],
          typecheck: { enabled: true, only: true, include: ['tests/types/**/*.test-d.ts'] },
        },
      },
      {
        test: {
          name: 'unit',
          include: ['tests/{js,adapters,scripts,demo,docs,readme}/**/*.test.ts'],
          exclude: ['tests/readme/examples.test.ts'],
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/*.test.ts'],
          globalSetup: ['tests/pack/install.ts', 'tests/e2e/browser.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      scenarios('chromium'),
      scenarios('firefox'),
      scenarios('webkit'),
      {
        test: {
          name: 'pack',
          include: ['tests/pack/**/*.test.ts', 'tests/readme/examples.test.ts'],
          globalSetup: 'tests/pack/install.ts',
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
