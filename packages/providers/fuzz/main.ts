/** `npm run fuzz -- [--requests N] [--seed N]`: mutated requests over all providers. Ends by itself. */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fuzzProviders } from './fuzz-providers.ts';

/** The memory that a run may keep: decoded keys, and little else. */
const MAX_GROWTH_MB = 64;

const { values } = parseArgs({ options: { requests: { type: 'string' }, seed: { type: 'string' } } });
const requests = Number(values.requests ?? 1_000_000);
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const usedMb = () => {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1e6;
};

await fuzzProviders({ requests: Math.min(20_000, requests), seed: seed + 1 });
const before = usedMb();
const startedAt = performance.now();
const report = await fuzzProviders({
  requests,
  seed,
  onProgress: (done) => process.stderr.write(`\r${done} of ${requests}`),
});
const grownMb = usedMb() - before;
process.stderr.write('\r');
console.log(
  `${report.requests} requests to ${report.providers} providers in ${Math.round((performance.now() - startedAt) / 1_000)} s, seed ${seed}: ` +
    `${report.failures.length} failures; ${report.stillValid} were still valid; memory grew by ${grownMb.toFixed(1)} MB`,
);
for (const failure of report.failures) console.error(failure);
if (grownMb > MAX_GROWTH_MB) console.error(`More than ${MAX_GROWTH_MB} MB are kept.`);
process.exitCode = report.failures.length > 0 || grownMb > MAX_GROWTH_MB ? 1 : 0;
