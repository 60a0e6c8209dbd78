import { bigint, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

/** Only the scheduler, the owner, reads and writes this table. */
export const jobs = pgTable('jobs', {
  name: text('name').primaryKey(),
  runAt: moment('run_at').notNull(),
  leaseId: text('lease_id'),
  leaseUntil: moment('lease_until'),
  lastStartedAt: moment('last_started_at'),
  lastFinishedAt: moment('last_finished_at'),
  lastError: text('last_error'),
  lastResult: jsonb('last_result'),
  runs: bigint('runs', { mode: 'number' }).notNull().default(0),
});
