import type { Database } from '@hookline/db';
import { createPartitions } from '../sql/create-partitions.ts';
import type { Job } from './job.ts';

/** If this job fails, there is a week to notice it before inserts fail. */
const DAYS_AHEAD = 7;
/** Also yesterday: an event that was received just before midnight may be inserted after midnight. */
const DAYS_BEFORE = 1;

/** Creates the daily partitions for the coming days. */
export function createPartitionsJob(database: Database): Job {
  return {
    name: 'partitions',
    cron: '0 * * * *',
    runAtStart: true,
    run: async () => ({ made: await createPartitions(database, DAYS_BEFORE, DAYS_AHEAD) }),
  };
}
