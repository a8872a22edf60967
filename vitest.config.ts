import { defineConfig } from 'vitest/config';
import type { EngineName } from './tests/e2e/engines/engine.js';

// The scenarios of a folder in one engine. They share one browser, so they share a worker.
const scenarios = (engine: EngineName, folder = 'scenarios') => ({
  test: {
    name: folder === 'scenarios' ? engine : `${engine}-${folder}`,
    include: [`tests/e2e/${folder}/**/*.test.ts`],
    globalSetup: ['tests/pack/install.ts'],
    setupFiles: ['tests/e2e/patience.ts'],
    provide: { engine },
    isolate: false,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

// Projects by what they need: `unit` only Node; the others a build and a browser.
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
          setupFiles: ['tests/e2e/patience.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      scenarios('chromium'),
      scenarios('firefox'),
      scenarios('webkit'),
      scenarios('chromium', 'long'),
      scenarios('firefox', 'long'),
      scenarios('webkit', 'long'),
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
