import { expect, it } from 'vitest';
import { fuzzProviders } from '../../fuzz/fuzz-providers.ts';

// `npm run fuzz` makes a million requests.
it('mutated requests are never accepted and never throw', async () => {
  const report = await fuzzProviders({ requests: 10_000, seed: 42 });
  expect(report.failures).toEqual([]);
  expect(report.requests).toBe(10_000);
  // Irrelevant changes leave a request valid. This shows that the original was valid, so refusals are meaningful.
  expect(report.stillValid).toBeGreaterThan(100);
});
