import type { ServiceName } from '@hookline/contracts';
import { createDatabase, type Database, isTransientDatabaseError, verifyDatabase } from '@hookline/db';
import type { Dependency } from './answer-with-error.ts';
import { createHealth, type Health } from './health.ts';
import type { Logger } from './logger.ts';
import { createMetrics, type Registry } from './metrics.ts';
import { runWorkers } from './run-workers.ts';
import type { ServiceOptions } from './service-options.ts';
import { startTracing } from './tracing/start-tracing.ts';
import type { Tracing } from './tracing/tracing.ts';
import type { Worker } from './worker.ts';

/** What a service gets from its process. */
export interface Runtime {
  logger: Logger;
  /** The process must end, because the service cannot do its work any more. The service is closed first. */
  onFatal: (error: Error) => void;
}

/** The parts that every service is built on. */
export interface Foundation extends Runtime {
  readonly name: ServiceName;
  readonly database: Database;
  readonly health: Health;
  readonly metrics: Registry;
  /** Undefined: the service makes no spans. */
  readonly tracing: Tracing | undefined;
  /** The servers that the service cannot answer all requests without. */
  readonly dependencies: Dependency[];
  /** Calls `close` when the service closes, after everything that was opened later has closed. */
  onClose(close: () => void | Promise<void>): void;
  /** Starts workers, and stops them together when the service closes. */
  runWorkers(workers: readonly Worker[]): void;
}

export interface FoundationOptions {
  name: ServiceName;
  options: ServiceOptions;
  runtime: Runtime;
  /** How long a statement may stay unanswered, where statements set a longer timeout of their own. */
  unansweredAfterMs?: number | undefined;
}

/**
 * Opens Postgres and the parts that need no connection.
 * @param closing gets what is to be closed, as soon as it is open
 * @throws when Postgres does not answer, or does not isolate tenants
 */
export async function openFoundation(
  { name, options, runtime, unansweredAfterMs }: FoundationOptions,
  closing: AsyncDisposableStack,
): Promise<Foundation> {
  const { logger, onFatal } = runtime;
  const tracing = await startTracing(`hookline-${name}`, options.tracing, logger);
  if (tracing) closing.defer(tracing.close);
  await verifyDatabase(options.databaseUrl);
  const database = createDatabase({
    url: options.databaseUrl,
    applicationName: `hookline-${name}`,
    maxConnections: options.databaseMaxConnections,
    ...(unansweredAfterMs === undefined ? {} : { unansweredAfterMs }),
    onConnectionError: (error) => logger.warn({ err: error }, 'a connection to Postgres broke'),
  });
  closing.defer(() => database.close());
  const health = createHealth();
  health.addCheck('postgres', () => database.ping());
  return {
    name,
    logger,
    onFatal,
    database,
    health,
    metrics: createMetrics(name),
    tracing,
    dependencies: [{ name: 'Postgres', isAway: isTransientDatabaseError }],
    onClose: (close) => closing.defer(close),
    runWorkers(workers) {
      const running = runWorkers(workers, onFatal);
      closing.defer(() => running.stop());
    },
  };
}
