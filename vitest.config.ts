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
    // A CI machine may stall for seconds, so a test is retried twice there. On a developer's machine it is not retried,
    // so that a flaky test is seen and fixed. Remove this setting once five runs on a loaded machine have passed.
    retry: process.env['CI'] ? 2 : 0,
    // Upper bounds for a busy machine. A test asserts its own time limits.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Tests mostly wait for servers: one file at a time would leave half of the CPU idle on two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
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
          testTimeout: 240_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          // These tests load the machine and kill processes, so they run after all others.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
