import { boolean, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { bytea } from './columns.ts';

/** Owned by ingest, which alone reads and writes it. */
export const sources = pgTable('sources', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  provider: text('provider').notNull(),
  name: text('name'),
  token: text('token').notNull(),
  secrets: text('secrets').array().notNull(),
  verifyToken: text('verify_token'),
  options: jsonb('options').$type<SourceOptions>().notNull().default({}),
  active: boolean('active').notNull().default(true),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  deletedAt: timestamp('deleted_at', { withTimezone: true }),
});

export interface SourceOptions {
  /** Absent: the provider's default; null: signed timestamps are not checked. */
  toleranceSeconds?: number | null;
}

/** Owned by ingest, which alone reads and writes it. Partitioned by day. */
export const rejections = pgTable('rejections', {
  id: text('id').notNull(),
  tenantId: text('tenant_id'),
  provider: text('provider').notNull(),
  sourceId: text('source_id'),
  code: text('code').notNull(),
  reason: text('reason').notNull(),
  eventId: text('event_id'),
  deliveryId: text('delivery_id'),
  headers: jsonb('headers').$type<Record<string, string>>().notNull(),
  bodyStart: bytea('body_start').notNull(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
});
