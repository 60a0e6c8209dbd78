import type { Batching, Filter, Ordering, RateLimit, Signing, Transformation } from '@hookline/contracts';
import { bigint, boolean, integer, jsonb, pgTable, real, text, timestamp } from 'drizzle-orm/pg-core';
import { bytea } from './columns.ts';

// Owned by delivery, which alone reads and writes these tables. events, deliveries, attempts and skippedMessages
// are partitioned by the day of created_at, the time in the event's id.

const time = (name: string) => timestamp(name, { withTimezone: true });

/** A signing secret as stored: sealed, and until when it signs (null: it is the current one). */
export interface StoredSecret {
  sealed: string;
  expiresAt: string | null;
}

export const endpoints = pgTable('endpoints', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  name: text('name').notNull(),
  url: text('url').notNull(),
  description: text('description'),
  events: text('events').array().notNull(),
  active: boolean('active').notNull().default(true),
  verified: boolean('verified').notNull().default(false),
  disabledReason: text('disabled_reason'),
  headers: jsonb('headers').$type<Record<string, string>>().notNull().default({}),
  maxRetries: integer('max_retries').notNull().default(3),
  retryDelaySeconds: integer('retry_delay_seconds').notNull().default(60),
  retrySchedule: integer('retry_schedule').array(),
  timeoutSeconds: integer('timeout_seconds').notNull().default(15),
  method: text('method', { enum: ['POST', 'PUT', 'PATCH'] })
    .notNull()
    .default('POST'),
  filter: jsonb('filter').$type<Filter>(),
  transformation: jsonb('transformation').$type<Transformation>(),
  batching: jsonb('batching').$type<Batching>(),
  ordering: jsonb('ordering').$type<Ordering>(),
  rateLimit: jsonb('rate_limit').$type<RateLimit>(),
  auth: text('auth'),
  signing: jsonb('signing').$type<Signing>().notNull().default({ algorithm: 'hmac', seedHeaders: true }),
  deadlineSeconds: integer('deadline_seconds'),
  secrets: jsonb('secrets').$type<StoredSecret[]>().notNull(),
  version: bigint('version', { mode: 'number' }).notNull(),
  createdAt: time('created_at').notNull().defaultNow(),
  updatedAt: time('updated_at').notNull().defaultNow(),
  deletedAt: time('deleted_at'),
});

export const endpointCatalog = pgTable('endpoint_catalog', {
  one: boolean('one').primaryKey().default(true),
  version: bigint('version', { mode: 'number' }).notNull(),
});

export const events = pgTable('events', {
  id: text('id').notNull(),
  tenantId: text('tenant_id').notNull(),
  type: text('type').notNull(),
  source: text('source').notNull(),
  subject: text('subject'),
  provider: text('provider').notNull(),
  action: text('action'),
  repository: text('repository'),
  deliveryId: text('delivery_id'),
  via: text('via').notNull(),
  eventTime: time('event_time').notNull(),
  receivedAt: time('received_at').notNull(),
  traceparent: text('traceparent'),
  payload: bytea('payload').notNull(),
  sizeBytes: integer('size_bytes').notNull(),
  streamSeq: bigint('stream_seq', { mode: 'number' }).notNull(),
  streamEpoch: text('stream_epoch').notNull(),
  matched: integer('matched').notNull(),
  unmatched: jsonb('unmatched').$type<[endpointId: string, reason: string, details?: string][]>(),
  createdAt: time('created_at').notNull(),
});

export const eventKeys = pgTable('event_keys', {
  tenantId: text('tenant_id').notNull(),
  dedupeKey: text('dedupe_key').notNull(),
  eventId: text('event_id').notNull(),
  createdAt: time('created_at').notNull(),
});

export const skippedMessages = pgTable('skipped_messages', {
  streamEpoch: text('stream_epoch').notNull(),
  streamSeq: bigint('stream_seq', { mode: 'number' }).notNull(),
  reason: text('reason', { enum: ['duplicate', 'malformed'] }).notNull(),
  tenantId: text('tenant_id'),
  eventId: text('event_id'),
  details: text('details'),
  createdAt: time('created_at').notNull(),
});

export const deliveries = pgTable('deliveries', {
  eventId: text('event_id').notNull(),
  endpointId: text('endpoint_id').notNull(),
  tenantId: text('tenant_id').notNull(),
  eventType: text('event_type').notNull(),
  status: text('status', { enum: ['pending', 'sending', 'success', 'retrying', 'failed'] }).notNull(),
  attempts: integer('attempts').notNull().default(0),
  attemptsBefore: integer('attempts_before').notNull().default(0),
  trigger: text('trigger', { enum: ['schedule', 'operator', 'tenant'] })
    .notNull()
    .default('schedule'),
  dueAt: time('due_at'),
  leaseId: text('lease_id'),
  lastAttemptAt: time('last_attempt_at'),
  responseCode: integer('response_code'),
  errorCode: text('error_code'),
  errorMessage: text('error_message'),
  createdAt: time('created_at').notNull(),
  completedAt: time('completed_at'),
});

export const attempts = pgTable('attempts', {
  eventId: text('event_id').notNull(),
  endpointId: text('endpoint_id').notNull(),
  attempt: integer('attempt').notNull(),
  tenantId: text('tenant_id').notNull(),
  trigger: text('trigger', { enum: ['schedule', 'operator', 'tenant'] }).notNull(),
  startedAt: time('started_at').notNull(),
  durationMs: real('duration_ms').notNull(),
  firstByteMs: real('first_byte_ms'),
  outcome: text('outcome', { enum: ['success', 'retry', 'failed', 'dropped'] }).notNull(),
  responseCode: integer('response_code'),
  responseHeaders: jsonb('response_headers').$type<Record<string, string>>(),
  responseBody: bytea('response_body'),
  errorCode: text('error_code'),
  errorMessage: text('error_message'),
  nextAttemptAt: time('next_attempt_at'),
  createdAt: time('created_at').notNull(),
});

export const ledgerChecks = pgTable('ledger_checks', {
  streamEpoch: text('stream_epoch').primaryKey(),
  checkedSeq: bigint('checked_seq', { mode: 'number' }).notNull(),
  unaccounted: bigint('unaccounted', { mode: 'number' }).notNull().default(0),
  checkedAt: time('checked_at').notNull().defaultNow(),
});
