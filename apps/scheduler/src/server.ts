import { createLogger, readConfigOrExit, runService } from '@hookline/service';
import { buildScheduler } from './app.ts';
import { readSchedulerEnv } from './env.ts';

const settings = readConfigOrExit(() => readSchedulerEnv(process.env));
const logger = createLogger({ service: 'scheduler', level: settings.logLevel });

await runService({
  name: 'scheduler',
  host: settings.host,
  port: settings.port,
  logger,
  exitWithStdin: settings.exitWithStdin,
  build: () =>
    buildScheduler(settings.scheduler, logger, (error) => {
      setImmediate(() => {
        throw error;
      });
    }),
});
