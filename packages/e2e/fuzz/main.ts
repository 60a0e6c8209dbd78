/** `npm run fuzz:api -- [--rounds N] [--seed N]`: calls every API operation with odd values, on separate services. */
import { parseArgs } from 'node:util';
import { fuzzApi, startCountingReceiver, startEmulatedProviders, startSystem } from '../src/index.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
const rounds = Number(values.rounds ?? 100);
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);

const receiver = await startCountingReceiver();
const providers = await startEmulatedProviders();
const system = await startSystem([
  { name: 'ingest' },
  { name: 'delivery' },
  { name: 'scheduler' },
  { name: 'gateway' },
]);
try {
  const startedAt = performance.now();
  const report = await fuzzApi({
    url: system.stack.urls.gateway,
    operatorKey: system.stack.secrets.operatorKey,
    receiverUrl: receiver.url,
    providers,
    rounds,
    seed,
    onProgress: (requests) => {
      if (requests % 100 === 0) process.stderr.write(`\r${requests} requests`);
    },
  });
  process.stderr.write('\r');
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  console.log(
    `${report.requests} requests to ${report.operations} operations in ${seconds} s, seed ${seed}: ` +
      `${report.problems.length} problems; answers by status: ${JSON.stringify(report.statuses)}; ` +
      `never succeeded: ${report.neverSucceeded.join(', ') || 'none'}`,
  );
  for (const problem of report.problems) console.error(problem);
  process.exitCode = report.problems.length > 0 ? 1 : 0;
} finally {
  await system.stop();
  await providers.close();
  await receiver.close();
}
