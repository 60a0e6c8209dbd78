import { flushCompileCache } from 'node:module';
import closeWithGrace from 'close-with-grace';
import type { FastifyInstance } from 'fastify';
import type { Health } from './health.ts';
import type { Logger } from './logger.ts';
import { ConfigurationError } from './read-env.ts';

/** A service, built and connected, not yet listening. */
export interface Service {
  app: FastifyInstance;
  health: Health;
  /** Called after the server has stopped taking requests: finish what is in hand, then let go of everything. */
  close(): Promise<void>;
}

export interface RunOptions {
  name: string;
  host: string;
  port: number;
  logger: Logger;
  /** Ends the service when stdin ends: the parent that held it open is gone. */
  exitWithStdin: boolean;
  /** After a signal this long to drain, then exit with 1. Default 20 s. */
  drainTimeoutMs?: number;
  build: () => Promise<Service>;
}

/**
 * The life of a service's process: build, listen, and on SIGTERM or SIGINT drain. A second signal ends it at once.
 * A signal before it listens ends it at once as well: as process 1 of a container it would otherwise ignore the signal.
 * An error nobody caught ends it too, with 1: whoever runs it starts it again, from what is in JetStream and Postgres.
 */
export async function runService(options: RunOptions): Promise<void> {
  const { logger } = options;
  let running: Service | undefined;
  const grace = closeWithGrace(
    { delay: options.drainTimeoutMs ?? 20_000, logger: false },
    async ({ signal, err }) => {
      if (err) logger.fatal({ err }, `${options.name} ends: an error that nobody caught`);
      else if (running) logger.info({ signal }, `${options.name} drains`);
      running?.health.startDraining();
      await running?.app.close();
      await running?.close();
      logger.info(running ? `${options.name} has stopped` : `${options.name} has stopped before it listened`);
    },
  );
  if (options.exitWithStdin) {
    process.stdin.resume();
    const end = () => {
      // Whoever read stdout is gone as well: a log line into the broken pipe would hang the exit.
      logger.level = 'silent';
      void grace.close();
    };
    process.stdin.once('end', end);
    process.stdin.once('error', end);
  }
  try {
    const service = await options.build();
    await service.app.listen({
      host: options.host,
      port: options.port,
      listenTextResolver: (address) => `${options.name} is listening on ${address}`,
    });
    running = service;
    // A no-op without NODE_COMPILE_CACHE. Node itself writes the cache only when a process ends in order.
    flushCompileCache();
  } catch (error) {
    logger.fatal(
      { err: error },
      `${options.name} cannot start: ${error instanceof Error ? error.message : String(error)}`,
    );
    process.exit(1);
  }
}

/** Prints every problem of the configuration and exits with 1. */
export function readConfigOrExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
