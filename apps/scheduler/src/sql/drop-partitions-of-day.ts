import type { Database } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { withMaintenance } from './with-maintenance.ts';

export interface PartitionPastRetention {
  name: string;
  /** False for a day with open deliveries: it is kept. */
  dropped: boolean;
}

/**
 * Drops the partitions of a day and of all earlier days.
 * @param day such as `2026-01-31`; must have ended at least a day ago
 * @param failedDays for how many days after its end a day with a dead letter is kept
 */
export function dropPartitionsOfDay(
  database: Database,
  day: string,
  failedDays: number,
): Promise<PartitionPastRetention[]> {
  return withMaintenance<PartitionPastRetention>(
    database,
    sql`select partition_name as name, dropped
        from hookline_drop_partitions(
          (${day}::date + 1)::timestamp at time zone 'UTC', now() - make_interval(days => ${failedDays}))`,
  );
}
