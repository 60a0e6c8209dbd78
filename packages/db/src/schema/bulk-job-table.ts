import type { BULK_ACTIONS, BULK_KINDS, BulkFilter, SkipReason } from '@hookline/contracts';
import { sql } from 'drizzle-orm';
import { bigint, boolean, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { moment } from './columns.ts';

/** A position in the order in which a bulk job goes through its objects: the key of the last one that is done. */
export type BulkCursor = readonly string[];

/** The table of the bulk jobs of one owner. */
export const bulkJobTable = (name: string) =>
  pgTable(name, {
    id: text('id').primaryKey(),
    tenantId: text('tenant_id'),
    kind: text('kind').$type<(typeof BULK_KINDS)[number]>().notNull(),
    action: text('action').$type<(typeof BULK_ACTIONS)[number]>().notNull(),
    filter: jsonb('filter').$type<BulkFilter>().notNull(),
    reason: text('reason'),
    status: text('status', { enum: ['running', 'paused', 'completed', 'cancelled'] }).notNull(),
    requestedBy: text('requested_by', { enum: ['operator', 'tenant'] }).notNull(),
    actor: text('actor').notNull(),
    until: moment('until').notNull(),
    cursor: jsonb('cursor').$type<BulkCursor>(),
    total: bigint('total', { mode: 'number' }).notNull(),
    totalExact: boolean('total_exact').notNull(),
    maxChanges: integer('max_changes'),
    changed: bigint('changed', { mode: 'number' }).notNull().default(0),
    skips: jsonb('skips').$type<Partial<Record<SkipReason, number>>>().notNull().default({}),
    dueAt: moment('due_at'),
    createdAt: moment('created_at').notNull().default(sql`now()`),
    finishedAt: moment('finished_at'),
  });

export type BulkJobTable = ReturnType<typeof bulkJobTable>;
export type BulkJobRow = BulkJobTable['$inferSelect'];
