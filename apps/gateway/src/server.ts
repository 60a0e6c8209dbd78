import { createLogger, readConfigOrExit, runService } from '@hookline/service';
import { buildGateway } from './app.ts';
import { readGatewayEnv } from './env.ts';

const settings = readConfigOrExit(() => readGatewayEnv(process.env));
const logger = createLogger({ service: 'gateway', level: settings.logLevel });

await runService({
  name: 'gateway',
  host: settings.host,
  port: settings.port,
  logger,
  exitWithStdin: settings.exitWithStdin,
  build: () =>
    buildGateway(settings.gateway, logger, (error) => {
      logger.fatal({ err: error }, 'the connection to NATS has closed for good');
      process.exit(1);
    }),
});
