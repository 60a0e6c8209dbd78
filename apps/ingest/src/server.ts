import { createLogger, readConfigOrExit, runService } from '@hookline/service';
import { buildIngest } from './app.ts';
import { readIngestEnv } from './env.ts';

const settings = readConfigOrExit(() => readIngestEnv(process.env));
const logger = createLogger({ service: 'ingest', level: settings.logLevel });

await runService({
  name: 'ingest',
  host: settings.host,
  port: settings.port,
  logger,
  exitWithStdin: settings.exitWithStdin,
  build: () =>
    buildIngest(settings.ingest, logger, (error) => {
      // Nobody catches it: the process drains what it can and ends with 1.
      setImmediate(() => {
        throw error;
      });
    }),
});
