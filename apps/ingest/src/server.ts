import { createLogger, listReplacedVariables, readConfigOrExit, runService } from '@hookline/service';
import { buildIngest } from './app.ts';
import { readIngestEnv } from './env.ts';

const settings = readConfigOrExit(() => readIngestEnv(process.env));
const logger = createLogger({ service: 'ingest', level: settings.logLevel });
// Said by one service of the four: all of them usually get the same environment.
const replaced = listReplacedVariables(process.env);
if (Object.keys(replaced).length > 0) logger.warn({ replaced }, 'variables are set that nothing reads');

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
