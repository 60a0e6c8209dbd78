import { bigint, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';

/** Owned by the scheduler, which alone reads and writes it. */
export const jobs = pgTable('jobs', {
  name: text('name').primaryKey(),
  runAt: timestamp('run_at', { withTimezone: true }).notNull(),
  leaseId: text('lease_id'),
  leaseUntil: timestamp('lease_until', { withTimezone: true }),
  lastStartedAt: timestamp('last_started_at', { withTimezone: true }),
  lastFinishedAt: timestamp('last_finished_at', { withTimezone: true }),
  lastError: text('last_error'),
  lastResult: jsonb('last_result'),
  runs: bigint('runs', { mode: 'number' }).notNull().default(0),
});
