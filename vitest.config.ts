import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests run without a build: every package resolves to its `src`. */
const conditions = ['@hookline/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // vitest runs globalSetup in this environment, which has separate conditions.
  environments: { __vitest__: { resolve: { conditions } } },
  test: {
    reporters: ['default', './scripts/summary-reporter.ts'],
    // Upper bounds for a busy machine. A test asserts its own time limits.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Tests mostly wait: for servers, leases and time limits. So two files for each core keep two cores busy. With more
    // cores, one file for each is enough, and leaves Postgres with free connections.
    maxWorkers: Math.max(4, availableParallelism()),
    // `isolate: false` below: the files of one worker share their imported modules, because loading the modules again for
    // each file took a third of the CPU time. So a test must not change a module's state for later tests.
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{packages,apps}/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{packages,apps}/*/test/**/*.test.ts'],
          exclude: ['packages/e2e/**'],
          isolate: false,
          globalSetup: ['./packages/testkit/src/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['packages/e2e/test/**/*.test.ts'],
          exclude: ['packages/e2e/test/load/**'],
          testTimeout: 240_000,
          hookTimeout: 180_000,
          isolate: false,
          globalSetup: ['./packages/testkit/src/global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e-load',
          include: ['packages/e2e/test/load/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 180_000,
          isolate: false,
          globalSetup: ['./packages/testkit/src/global-setup.ts'],
          // These tests load the machine, so they run after all others.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
