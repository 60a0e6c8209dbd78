import { bigint, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

/** Owned by the scheduler, which alone reads and writes it. */
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
