import { defineConfig } from 'vitest/config';
import type { EngineName } from './tests/e2e/engines/engine.js';

// Limits on how long a test may hang, not on how fast it must be: what is waited for comes sooner on the slowest machine.
const LIMITS = {
  setupFiles: ['tests/e2e/patience.ts'],
  expect: { poll: { timeout: 90_000 } },
  testTimeout: 300_000,
  hookTimeout: 300_000,
};

// Files whose tests run in one engine. They share one browser, so they share a worker.
const inEngine = (engine: EngineName, name: string, include: string[]) => ({
  test: {
    name,
    include,
    globalSetup: ['tests/pack/install.ts'],
    provide: { engine },
    isolate: false,
    fileParallelism: false,
    ...LIMITS,
  },
});

// Per engine: the scenarios, real servers (all checks in Chromium, those of tabs in the others too), and what waits for real
// time, which only `npm run test:long` runs.
const projectsOf = (engine: EngineName) => {
  const checks = engine === 'chromium' ? '*' : '*tabs';
  return [
    inEngine(engine, engine, ['tests/e2e/scenarios/**/*.test.ts']),
    inEngine(engine, `${engine}-servers`, [`tests/servers/${checks}.test.ts`]),
    inEngine(engine, `${engine}-long`, ['tests/e2e/long/**/*.test.ts']),
    inEngine(engine, `${engine}-servers-long`, [`tests/servers/long/${checks}.test.ts`]),
  ];
};

// Projects by what they need: `unit` only Node; the others a build, and a browser.
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
          ...LIMITS,
        },
      },
      // Chromium alone, by what only its own protocol can do.
      inEngine('chromium', 'e2e', ['tests/e2e/*.test.ts']),
      inEngine('chromium', 'module', ['tests/module/*.test.ts']),
      ...projectsOf('chromium'),
      ...projectsOf('firefox'),
      ...projectsOf('webkit'),
      {
        test: {
          name: 'pack',
          include: ['tests/pack/**/*.test.ts', 'tests/readme/examples.test.ts'],
          globalSetup: 'tests/pack/install.ts',
          ...LIMITS,
        },
      },
    ],
  },
});
