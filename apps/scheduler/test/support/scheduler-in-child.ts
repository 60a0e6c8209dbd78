// A replica in a process of its own, for tests that kill it: `node scheduler-in-child.ts <JSON of the options>`. It prints
// its address.
import { createLogger } from '@hookline/service';
import { buildScheduler } from '../../src/app.ts';

const options = JSON.parse(process.argv[2] ?? '{}');
const service = await buildScheduler(
  { ...options, environmentAppSecrets: new Map(), pushSources: new Map() },
  {
    logger: createLogger({ service: 'scheduler-child', level: 'warn' }),
    onFatal(error: Error) {
      throw error;
    },
  },
);
process.on('SIGTERM', () => {
  void service.close().then(() => process.exit(0));
});
const address = await service.app.listen({ host: options.host, port: options.port });
process.stdout.write(`${address}\n`);
