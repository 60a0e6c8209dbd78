import { createDatabase, isTransientDatabaseError, verifyDatabase } from '@hookline/db';
import {
  createHealth,
  createHttpServer,
  createMetrics,
  type Logger,
  runWorkers,
  type Service,
} from '@hookline/service';
import { checkPartitions } from './health/check-partitions.ts';
import { createPartitionsJob } from './jobs/create-partitions-job.ts';
import { createJobMetrics } from './jobs/job-metrics.ts';
import { createJobWorker } from './jobs/job-worker.ts';
import { createRetentionJob, type RetentionOptions } from './jobs/retention-job.ts';
import { mountListJobs } from './routes/jobs/list-jobs.ts';
import { MAINTENANCE_MS } from './sql/with-maintenance.ts';

export interface SchedulerConfig {
  /** Of the role that owns nothing and bypasses nothing. */
  databaseUrl: string;
  databaseMaxConnections: number;
  internalToken: string;
  retention: RetentionOptions;
}

/** Everything the scheduler consists of, connected and at work, not yet listening. */
export async function buildScheduler(
  config: SchedulerConfig,
  logger: Logger,
  onFatal: (error: Error) => void,
): Promise<Service> {
  await verifyDatabase(config.databaseUrl);
  const database = createDatabase({
    url: config.databaseUrl,
    applicationName: 'hookline-scheduler',
    maxConnections: config.databaseMaxConnections,
    unansweredAfterMs: MAINTENANCE_MS + 5_000,
    onConnectionError: (error) => logger.warn({ err: error }, 'a connection to Postgres broke'),
  });
  const health = createHealth();
  health.addCheck('postgres', () => database.ping());
  health.addCheck('partitions', () => checkPartitions(database));

  const metrics = createMetrics('scheduler');
  const jobs = [createPartitionsJob(database), createRetentionJob(database, config.retention, logger)];
  const app = createHttpServer({
    logger,
    health,
    metrics,
    dependencies: [{ name: 'Postgres', isAway: isTransientDatabaseError }],
  });
  mountListJobs(app, { database, internalToken: config.internalToken });

  const jobMetrics = createJobMetrics(metrics, database);
  const workers = runWorkers(
    jobs.map((job) => createJobWorker({ job, database, logger, metrics: jobMetrics })),
    onFatal,
  );
  logger.info(
    { jobs: jobs.map(({ name, cron }) => ({ name, cron })), retention: config.retention },
    'the scheduler is at work',
  );

  return {
    app,
    health,
    async close() {
      await workers.stop();
      await database.close();
    },
  };
}
