import { type Database, isTransientDatabaseError } from '@hookline/db';
import type { Logger } from '../logger.ts';
import { createLoopWorker, type LoopWorker } from '../loop-worker.ts';
import type { BulkJobs } from './bulk-jobs.ts';
import { workAtBulkJob } from './work-at-bulk-job.ts';

export interface BulkWorkerOptions {
  database: Database;
  logger: Logger;
  jobs: BulkJobs;
  pollIntervalMs: number;
  /** Called after each part. */
  onPart: () => void;
}

/**
 * Runs the due bulk jobs, part by part. The replicas share the jobs. Each part is followed by a pause as long as the part
 * took, so that bulk jobs use one connection to Postgres for at most half of the time.
 */
export function createBulkWorker(options: BulkWorkerOptions): LoopWorker {
  const { database, logger, jobs, pollIntervalMs } = options;
  return createLoopWorker({
    name: 'bulk-jobs',
    async work() {
      if (!(await workAtBulkJob(database, jobs))) return pollIntervalMs;
      options.onPart();
      return 0;
    },
    restsAsLongAsItWorked: true,
    onError(error) {
      const level = isTransientDatabaseError(error) ? 'warn' : 'error';
      logger[level]({ err: error }, 'a part of a bulk job failed; trying again');
    },
    pauseAfterErrorMs: pollIntervalMs,
  });
}
