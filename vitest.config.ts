import { defineConfig } from 'vitest/config';
import type { EngineName } from './tests/e2e/engines/engine.js';

// Files whose scenarios run in one engine. They share one browser, so they share a worker.
const inEngine = (engine: EngineName, name: string, files: string) => ({
  test: {
    name,
    include: [files],
    globalSetup: ['tests/pack/install.ts'],
    setupFiles: ['tests/e2e/patience.ts'],
    provide: { engine },
    isolate: false,
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
const scenarios = (engine: EngineName) => inEngine(engine, engine, 'tests/e2e/scenarios/**/*.test.ts');
const long = (engine: EngineName) => inEngine(engine, `${engine}-long`, 'tests/e2e/long/**/*.test.ts');
// Real servers: all checks in Chromium, those of tabs in the others too.
const servers = (engine: EngineName) =>
  inEngine(engine, `${engine}-servers`, `tests/servers/**/*${engine === 'chromium' ? '' : 'tabs'}.test.ts`);

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
          include: ['tests/{js,check,adapters,scripts,demo,docs,readme}/**/*.test.ts'],
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
      long('chromium'),
      long('firefox'),
      long('webkit'),
      servers('chromium'),
      servers('firefox'),
      servers('webkit'),
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
