import type { Database } from '@hookline/db';
import { createPartitions } from '../sql/create-partitions.ts';
import type { Job } from './job.ts';

/** A failing scheduler is noticed for a week before inserts fail. */
const DAYS_AHEAD = 7;
/** Yesterday's too: an event that was received just before midnight may be inserted after it. */
const DAYS_BEFORE = 1;

/** Makes the daily partitions that are to be written to next. */
export function createPartitionsJob(database: Database): Job {
  return {
    name: 'partitions',
    cron: '0 * * * *',
    runAtStart: true,
    run: async () => ({ made: await createPartitions(database, DAYS_BEFORE, DAYS_AHEAD) }),
  };
}
