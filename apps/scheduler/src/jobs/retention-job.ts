import type { Database } from '@hookline/db';
import type { Logger } from '@hookline/service';
import { dropPartitionsOfDay } from '../sql/drop-partitions-of-day.ts';
import { listDaysPastRetention } from '../sql/list-days-past-retention.ts';
import type { Job } from './job.ts';

export interface RetentionOptions {
  /** How long a day is kept after its end; at least 1. */
  completedDays: number;
  /** The same for a day that holds a dead letter that nobody let go. Less than completedDays counts as that. */
  failedDays: number;
}

/**
 * Drops the partitions of days past retention, except days that still hold an open delivery. A day a transaction,
 * so that the locks that a drop takes on the parent tables are held for moments.
 */
export function createRetentionJob(database: Database, options: RetentionOptions, logger: Logger): Job {
  return {
    name: 'retention',
    cron: '17 3 * * *',
    runAtStart: false,
    async run(signal) {
      const dropped = new Set<string>();
      const kept = new Set<string>();
      for (const day of await listDaysPastRetention(database, options.completedDays)) {
        signal.throwIfAborted();
        for (const partition of await dropPartitionsOfDay(database, day, options.failedDays)) {
          (partition.dropped ? dropped : kept).add(partition.name);
        }
      }
      if (kept.size > 0) {
        logger.warn(
          { partitions: [...kept] },
          'partitions past retention were kept: they hold deliveries that are still open',
        );
      }
      return { dropped: [...dropped], kept: [...kept] };
    },
  };
}
