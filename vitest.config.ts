import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests run from sources: every package resolves to its `src`, without a build. */
const conditions = ['@hookline/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Where vitest runs globalSetup: it has conditions of its own.
  environments: { __vitest__: { resolve: { conditions } } },
  test: {
    reporters: ['default', './scripts/summary-reporter.ts'],
    // A CI machine may stall for seconds: there a test gets two more tries. On a developer's machine it gets none, so that a
    // flaky test is seen and mended. It goes once five runs beside other load have been green.
    retry: process.env['CI'] ? 2 : 0,
    // Upper bounds for a machine that is busy with something else: what a test promises of time it asserts itself.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Most of a test's time is waiting for servers: on two cores one file after the other leaves half of them idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // `isolate: false` below: the files of one worker share the modules that they import. Loading them afresh for each file
    // took a third of the CPU time. A test must not change a module for the tests after it.
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
          // After everything else: a test that loads the machine and kills processes wants it to itself.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
