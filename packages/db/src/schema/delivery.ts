import type {
  Batching,
  Filter,
  Ordering,
  RateLimit,
  ReplaySelection,
  Signing,
  Transformation,
} from '@hookline/contracts';
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  smallint,
  text,
} from 'drizzle-orm/pg-core';
import { bulkJobTable } from './bulk-job-table.ts';
import { bytea, moment } from './columns.ts';

// Only delivery, the owner, reads and writes these tables. events, deliveries, attempts, localResults and skippedMessages are
// partitioned by the day of created_at, the time in the id of the event.

/** A stored signing secret: sealed, with the time until which it signs (null: the current secret). */
export interface StoredSecret {
  sealed: string;
  expiresAt: string | null;
}

/** A stored header value: plain, or sealed because its name says that it is a secret. */
export type StoredHeaders = Record<string, string | { sealed: string }>;

/** A stored key pair: the private half sealed, with the time until which it signs (null: the current key). */
export interface StoredSigningKey extends StoredSecret {
  /** `whpk_…` */
  publicKey: string;
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
  disabledAt: moment('disabled_at'),
  disabledReason: text('disabled_reason'),
  resumedAt: moment('resumed_at'),
  headers: jsonb('headers').$type<StoredHeaders>().notNull().default({}),
  maxRetries: integer('max_retries').notNull().default(3),
  retryDelaySeconds: integer('retry_delay_seconds').notNull().default(60),
  retrySchedule: integer('retry_schedule').array(),
  timeoutSeconds: integer('timeout_seconds').notNull().default(30),
  method: text('method', { enum: ['POST', 'PUT', 'PATCH'] })
    .notNull()
    .default('POST'),
  filter: jsonb('filter').$type<Filter>(),
  transformation: jsonb('transformation').$type<Transformation>(),
  batching: jsonb('batching').$type<Batching>(),
  ordering: jsonb('ordering').$type<Ordering>(),
  rateLimit: jsonb('rate_limit').$type<RateLimit>(),
  auth: text('auth'),
  signing: jsonb('signing').$type<Signing>().notNull().default({ algorithm: 'hmac', plainHeaders: true }),
  format: text('format', { enum: ['event', 'request'] })
    .notNull()
    .default('event'),
  hooklineHeaders: boolean('hookline_headers').notNull().default(true),
  body: text('body', { enum: ['verbatim', 'compact'] })
    .notNull()
    .default('verbatim'),
  deadlineSeconds: integer('deadline_seconds'),
  retryOn: text('retry_on').array(),
  dontRetryOn: text('dont_retry_on').array(),
  whenOff: text('when_off', { enum: ['skip', 'hold'] })
    .notNull()
    .default('skip'),
  uid: text('uid'),
  metadata: jsonb('metadata').$type<Record<string, string>>().notNull().default({}),
  tags: text('tags').array().notNull().default([]),
  secrets: jsonb('secrets').$type<StoredSecret[]>().notNull(),
  signingKeys: jsonb('signing_keys').$type<StoredSigningKey[]>().notNull().default([]),
  version: bigint('version', { mode: 'number' }).notNull(),
  createdAt: moment('created_at').notNull().default(sql`now()`),
  updatedAt: moment('updated_at').notNull().default(sql`now()`),
  deletedAt: moment('deleted_at'),
  inactiveSince: moment('inactive_since'),
  lateSince: moment('late_since'),
});

export const endpointCatalog = pgTable('endpoint_catalog', {
  one: boolean('one').primaryKey().default(true),
  version: bigint('version', { mode: 'number' }).notNull(),
  paused: boolean('paused').notNull().default(false),
});

export const endpointFailures = pgTable('endpoint_failures', {
  endpointId: text('endpoint_id').primaryKey(),
  failures: integer('failures').notNull(),
  firstFailedAt: moment('first_failed_at').notNull(),
  lastFailedAt: moment('last_failed_at').notNull(),
});

export const announcements = pgTable('announcements', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  endpointId: text('endpoint_id').notNull(),
  type: text('type').notNull(),
  data: jsonb('data').notNull(),
  createdAt: moment('created_at').notNull().default(sql`now()`),
});

export const deliveryReplicas = pgTable('delivery_replicas', {
  id: text('id').primaryKey(),
  seenAt: moment('seen_at').notNull(),
  since: moment('since').notNull(),
  catalogVersion: bigint('catalog_version', { mode: 'number' }).notNull(),
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
  providerDeliveryId: text('provider_delivery_id'),
  via: text('via').notNull(),
  eventTime: moment('event_time').notNull(),
  receivedAt: moment('received_at').notNull(),
  traceparent: text('traceparent'),
  hops: text('hops'),
  control: text('control').$type<'revoked' | 'disabled' | 'verified' | 'test'>(),
  controlReason: text('control_reason'),
  storedAt: moment('stored_at').notNull(),
  payload: bytea('payload').notNull(),
  sizeBytes: integer('size_bytes').notNull(),
  request: bytea('request'),
  requestId: text('request_id'),
  streamSeq: bigint('stream_seq', { mode: 'number' }).notNull(),
  streamEpoch: text('stream_epoch').notNull(),
  matched: integer('matched').notNull(),
  deletedAt: moment('deleted_at'),
  unmatched: jsonb('unmatched').$type<[endpointId: string, reason: string, details?: string][]>(),
  unmatchedOmitted: integer('unmatched_omitted').notNull().default(0),
  countedDead: boolean('counted_dead').notNull().default(false),
  createdAt: moment('created_at').notNull(),
});

export const sharedRequests = pgTable('shared_requests', {
  id: text('id').notNull(),
  tenantId: text('tenant_id').notNull(),
  content: bytea('content').notNull(),
  createdAt: moment('created_at').notNull(),
});

export const requestSends = pgTable('request_sends', {
  requestId: text('request_id').notNull(),
  endpointId: text('endpoint_id').notNull(),
  eventId: text('event_id').notNull(),
  tenantId: text('tenant_id').notNull(),
  createdAt: moment('created_at').notNull(),
});

export const eventKeys = pgTable('event_keys', {
  tenantId: text('tenant_id').notNull(),
  dedupeKey: text('dedupe_key').notNull(),
  eventId: text('event_id').notNull(),
  createdAt: moment('created_at').notNull(),
});

export const skippedMessages = pgTable('skipped_messages', {
  streamEpoch: text('stream_epoch').notNull(),
  streamSeq: bigint('stream_seq', { mode: 'number' }).notNull(),
  reason: text('reason', { enum: ['duplicate', 'malformed', 'probe'] }).notNull(),
  tenantId: text('tenant_id'),
  eventId: text('event_id'),
  repeatId: text('repeat_id'),
  firstSha256: text('first_sha256'),
  repeatSha256: text('repeat_sha256'),
  details: text('details'),
  subject: text('subject'),
  headers: jsonb('headers').$type<Record<string, string>>(),
  payload: bytea('payload'),
  createdAt: moment('created_at').notNull(),
});

/** Who discarded a delivery, when (RFC 3339) and why. */
export interface Discarded {
  by: string;
  at: string;
  reason: string | null;
}

export const deliveries = pgTable('deliveries', {
  eventId: text('event_id').notNull(),
  endpointId: text('endpoint_id').notNull(),
  tenantId: text('tenant_id').notNull(),
  eventType: text('event_type').notNull(),
  status: text('status', {
    enum: ['pending', 'sending', 'success', 'retrying', 'failed', 'discarded'],
  }).notNull(),
  attempts: integer('attempts').notNull().default(0),
  attemptsBefore: integer('attempts_before').notNull().default(0),
  trigger: text('trigger', { enum: ['schedule', 'operator', 'tenant'] })
    .notNull()
    .default('schedule'),
  byRequest: boolean('by_request').notNull().default(false),
  replayId: text('replay_id'),
  dueAt: moment('due_at'),
  leaseId: text('lease_id'),
  claims: smallint('claims').notNull().default(0),
  orderingKey: text('ordering_key'),
  orderingPosition: text('ordering_position'),
  retriedAt: moment('retried_at'),
  lastAttemptAt: moment('last_attempt_at'),
  responseCode: integer('response_code'),
  errorCode: text('error_code'),
  errorMessage: text('error_message'),
  createdAt: moment('created_at').notNull(),
  completedAt: moment('completed_at'),
  discarded: jsonb('discarded').$type<Discarded>(),
});

export const parkedKeys = pgTable('parked_keys', {
  endpointId: text('endpoint_id').notNull(),
  orderingKey: text('ordering_key').notNull(),
  tenantId: text('tenant_id').notNull(),
  eventId: text('event_id').notNull(),
  parkedAt: moment('parked_at').notNull().default(sql`now()`),
});

export const attempts = pgTable('attempts', {
  eventId: text('event_id').notNull(),
  endpointId: text('endpoint_id').notNull(),
  attempt: integer('attempt').notNull(),
  tenantId: text('tenant_id').notNull(),
  trigger: text('trigger', { enum: ['schedule', 'operator', 'tenant'] }).notNull(),
  replayId: text('replay_id'),
  startedAt: moment('started_at').notNull(),
  durationMs: real('duration_ms').notNull(),
  firstByteMs: real('first_byte_ms'),
  dnsMs: real('dns_ms'),
  connectMs: real('connect_ms'),
  tlsMs: real('tls_ms'),
  httpVersion: text('http_version', { enum: ['1.1', '2'] }),
  connectionReused: boolean('connection_reused'),
  outcome: text('outcome', { enum: ['success', 'retry', 'failed', 'dropped'] }).notNull(),
  responseCode: integer('response_code'),
  responseHeaders: jsonb('response_headers').$type<Record<string, string>>(),
  responseBody: bytea('response_body'),
  responseEnd: text('response_end', { enum: ['complete', 'cut', 'broken', 'timeout'] }),
  requestHeaders: jsonb('request_headers').$type<Record<string, string>>(),
  errorCode: text('error_code'),
  errorMessage: text('error_message'),
  nextAttemptAt: moment('next_attempt_at'),
  createdAt: moment('created_at').notNull(),
});

export const localResults = pgTable('local_results', {
  eventId: text('event_id').notNull(),
  number: integer('number').notNull(),
  tenantId: text('tenant_id').notNull(),
  reporter: text('reporter').notNull(),
  durationMs: integer('duration_ms').notNull(),
  responseCode: integer('response_code'),
  error: text('error', { enum: ['refused', 'broken', 'timeout', 'impossible'] }),
  detail: text('detail'),
  reportedAt: moment('reported_at').notNull().default(sql`now()`),
  createdAt: moment('created_at').notNull(),
});

export const ledgerChecks = pgTable('ledger_checks', {
  streamEpoch: text('stream_epoch').primaryKey(),
  checkedSeq: bigint('checked_seq', { mode: 'number' }).notNull(),
  unaccounted: bigint('unaccounted', { mode: 'number' }).notNull().default(0),
  checkedAt: moment('checked_at').notNull().default(sql`now()`),
});

export const replays = pgTable('replays', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id'),
  status: text('status', { enum: ['running', 'paused', 'completed', 'cancelled'] }).notNull(),
  requestedBy: text('requested_by', { enum: ['operator', 'tenant'] }).notNull(),
  selection: jsonb('selection').$type<ReplaySelection>().notNull(),
  targetEndpointId: text('target_endpoint_id'),
  lateSince: moment('late_since'),
  filter: jsonb('filter').$type<Filter>(),
  transformation: jsonb('transformation').$type<Transformation>(),
  perSecond: integer('per_second'),
  until: moment('until').notNull(),
  cursorEventId: text('cursor_event_id'),
  cursorEndpointId: text('cursor_endpoint_id'),
  total: bigint('total', { mode: 'number' }).notNull(),
  totalExact: boolean('total_exact').notNull(),
  sent: bigint('sent', { mode: 'number' }).notNull().default(0),
  skipped: bigint('skipped', { mode: 'number' }).notNull().default(0),
  dueAt: moment('due_at'),
  createdAt: moment('created_at').notNull().default(sql`now()`),
  finishedAt: moment('finished_at'),
});

export const bulkJobs = bulkJobTable('bulk_jobs');

export const statisticsChanges = pgTable('statistics_changes', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  tenantId: text('tenant_id').notNull(),
  endpointId: text('endpoint_id').notNull(),
  eventType: text('event_type').notNull(),
  bucket: moment('bucket').notNull(),
  received: integer('received').notNull().default(0),
  matched: integer('matched').notNull().default(0),
  delivered: integer('delivered').notNull().default(0),
  dead: integer('dead').notNull().default(0),
  discarded: integer('discarded').notNull().default(0),
  attempts: integer('attempts').notNull().default(0),
  failures: integer('failures').notNull().default(0),
  durationMs: doublePrecision('duration_ms').notNull().default(0),
  durations: smallint('durations').array().notNull().default([]),
  eventId: text('event_id'),
});

export const statistics = pgTable(
  'statistics',
  {
    tenantId: text('tenant_id').notNull(),
    endpointId: text('endpoint_id').notNull(),
    stepSeconds: integer('step_seconds').notNull(),
    bucket: moment('bucket').notNull(),
    eventType: text('event_type').notNull(),
    received: bigint('received', { mode: 'number' }).notNull(),
    matched: bigint('matched', { mode: 'number' }).notNull(),
    delivered: bigint('delivered', { mode: 'number' }).notNull(),
    dead: bigint('dead', { mode: 'number' }).notNull(),
    deadEvents: bigint('dead_events', { mode: 'number' }).notNull(),
    discarded: bigint('discarded', { mode: 'number' }).notNull(),
    attempts: bigint('attempts', { mode: 'number' }).notNull(),
    failures: bigint('failures', { mode: 'number' }).notNull(),
    durationMs: doublePrecision('duration_ms').notNull(),
    durationBuckets: smallint('duration_buckets').array().notNull(),
    durationCounts: bigint('duration_counts', { mode: 'number' }).array().notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.tenantId, table.endpointId, table.stepSeconds, table.bucket, table.eventType],
    }),
  ],
);
