import { defineConfig } from 'vitest/config';

// Projects by what they need: `unit` only Node, `e2e` and `pack` a build and Chromium.
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
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/pack/install.ts', 'tests/e2e/browser.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
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
