import type { Database } from '@hookline/db';
import type { Logger } from '@hookline/service';
import { dropAuditPartitions } from '../sql/drop-audit-partitions.ts';
import { dropPartitionsOfDay } from '../sql/drop-partitions-of-day.ts';
import { listDaysPastRetention } from '../sql/list-days-past-retention.ts';
import type { Job } from './job.ts';

export interface RetentionOptions {
  /** For how many days after its end a day is kept; at least 1. */
  completedDays: number;
  /** The same for a day with a dead letter that is not discarded. At least completedDays. */
  failedDays: number;
  /** The same for a day of the audit. */
  auditDays: number;
}

/**
 * Drops the partitions of days past retention, except days with an open delivery. Each day is a transaction of its own, so
 * that a drop locks the parent tables only for a moment.
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
      signal.throwIfAborted();
      for (const name of await dropAuditPartitions(database, options.auditDays)) dropped.add(name);
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
