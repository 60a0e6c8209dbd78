import { expect, it } from 'vitest';
import { fuzzProviders } from '../../fuzz/fuzz-providers.ts';

// `npm run fuzz` makes a million.
it('mutated requests are never accepted and never throw', async () => {
  const report = await fuzzProviders({ requests: 10_000, seed: 42 });
  expect(report.failures).toEqual([]);
  expect(report.requests).toBe(10_000);
  // Changes that do not matter leave it valid: the original was right, and so refusals mean something.
  expect(report.stillValid).toBeGreaterThan(100);
});
