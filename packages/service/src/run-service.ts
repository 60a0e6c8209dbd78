import { flushCompileCache } from 'node:module';
import type { ServiceName } from '@hookline/contracts';
import closeWithGrace from 'close-with-grace';
import type { Service } from './build-service.ts';
import type { Runtime } from './foundation.ts';
import { createLogger } from './logger.ts';
import type { ServiceOptions } from './service-options.ts';
import { withConfiguration } from './with-configuration.ts';

export interface RunOptions<Options extends ServiceOptions> {
  name: ServiceName;
  /** @throws ConfigurationError */
  readOptions: () => Options;
  build: (options: Options, runtime: Runtime) => Promise<Service>;
}

/** After a signal a service has so long to close; then the process exits with 1. */
const CLOSE_TIMEOUT_MS = 20_000;

/**
 * The life of a service's process: read the options, build, listen, and on SIGTERM or SIGINT close. A second signal ends
 * the process at once. A signal before the service is built also ends it at once: as process 1 of a container it would
 * otherwise ignore the signal. After a fatal or an uncaught error the service closes and the process exits with 1, to be
 * started again.
 */
export async function runService<Options extends ServiceOptions>(
  service: RunOptions<Options>,
): Promise<void> {
  await withConfiguration(service.readOptions, (options) => run(service, options));
}

async function run<Options extends ServiceOptions>(
  { name, build }: RunOptions<Options>,
  options: Options,
): Promise<void> {
  const logger = createLogger({ service: name, level: options.logLevel });
  let service: Service | undefined;
  let isListening = false;
  const grace = closeWithGrace({ delay: CLOSE_TIMEOUT_MS, logger: false }, async ({ signal, err }) => {
    if (err) logger.fatal({ err }, `${name} ${isListening ? 'ends' : 'cannot start'}: ${err.message}`);
    else if (isListening) logger.info({ signal }, `${name} drains`);
    try {
      await service?.close();
    } catch (error) {
      logger.error({ err: error }, `${name} could not close everything`);
      throw error;
    }
    logger.info(isListening ? `${name} has stopped` : `${name} has stopped before it listened`);
  });
  let isEnding = false;
  const onFatal = (error: unknown) => {
    if (isEnding) {
      logger.error({ err: error }, `${name} met another error while it ends`);
      return;
    }
    isEnding = true;
    // Thrown where nothing catches it: the process then ends as after any uncaught error.
    setImmediate(() => {
      throw error;
    });
  };
  if (options.exitWithStdin) {
    process.stdin.resume();
    const end = () => {
      // The reader of stdout is gone as well: a log line into the broken pipe would hang the exit.
      logger.level = 'silent';
      void grace.close();
    };
    process.stdin.once('end', end);
    process.stdin.once('error', end);
  }
  try {
    service = await build(options, { logger, onFatal });
    await service.app.listen({
      host: options.host,
      port: options.port,
      listenTextResolver: (address) => `${name} is listening on ${address}`,
    });
    isListening = true;
    // Without this, Node writes the cache of NODE_COMPILE_CACHE only when the process exits, and never if it is killed.
    flushCompileCache();
  } catch (error) {
    onFatal(error);
  }
}
