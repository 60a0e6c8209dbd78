import { sql } from 'drizzle-orm';
import { boolean, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { bytea, moment } from './columns.ts';

/** Only the gateway, the owner, reads and writes these tables. */
export const apiKeys = pgTable('api_keys', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id'),
  role: text('role', { enum: ['tenant', 'operator'] }).notNull(),
  name: text('name'),
  keyHash: bytea('key_hash').notNull(),
  prefix: text('prefix').notNull(),
  scopes: text('scopes').array().notNull(),
  allowedAddresses: text('allowed_addresses').array(),
  createdAt: moment('created_at').notNull().default(sql`now()`),
  expiresAt: moment('expires_at'),
  lastUsedAt: moment('last_used_at'),
  rotatedTo: text('rotated_to'),
  revokedAt: moment('revoked_at'),
});

export const sessions = pgTable('sessions', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id'),
  role: text('role', { enum: ['tenant', 'operator'] }).notNull(),
  secretHash: bytea('secret_hash').notNull(),
  scopes: text('scopes').array().notNull(),
  allowedAddresses: text('allowed_addresses').array(),
  keyId: text('key_id'),
  subject: text('subject').notNull(),
  createdAt: moment('created_at').notNull().default(sql`now()`),
  lastSeenAt: moment('last_seen_at').notNull().default(sql`now()`),
  expiresAt: moment('expires_at').notNull(),
});

/** The database has the SHA-256 of each token, never the token. */
export const portalSessions = pgTable('portal_sessions', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  tokenHash: bytea('token_hash').notNull(),
  capabilities: text('capabilities').array().notNull(),
  returnUrl: text('return_url').notNull(),
  theme: jsonb('theme'),
  makerId: text('maker_id').notNull(),
  createdAt: moment('created_at').notNull().default(sql`now()`),
  openedAt: moment('opened_at'),
  lastUsedAt: moment('last_used_at'),
  expiresAt: moment('expires_at').notNull(),
});

/** The tokens of the portal's calls. */
export const portalTokens = pgTable('portal_tokens', {
  tokenHash: bytea('token_hash').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  sessionId: text('session_id').notNull(),
  createdAt: moment('created_at').notNull().default(sql`now()`),
  expiresAt: moment('expires_at').notNull(),
});

/** Filters of lists under names. */
export const savedViews = pgTable('saved_views', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id'),
  ownerId: text('owner_id').notNull(),
  list: text('list').notNull(),
  name: text('name').notNull(),
  filters: jsonb('filters').$type<Record<string, string>>().notNull(),
  columns: text('columns').array().notNull(),
  sort: text('sort'),
  shared: boolean('shared').notNull(),
  position: integer('position').notNull(),
  createdAt: moment('created_at').notNull().default(sql`now()`),
  updatedAt: moment('updated_at').notNull().default(sql`now()`),
});

/** Only the gateway, the owner, reads and writes this table. */
export const idempotencyKeys = pgTable('idempotency_keys', {
  tenantId: text('tenant_id'),
  actorId: text('actor_id'),
  operation: text('operation').notNull(),
  key: text('key').notNull(),
  requestHash: bytea('request_hash').notNull(),
  runId: text('run_id').notNull(),
  leaseUntil: moment('lease_until').notNull(),
  status: integer('status'),
  headers: jsonb('headers').$type<Record<string, string>>(),
  sealedBody: text('sealed_body'),
  createdAt: moment('created_at').notNull().default(sql`now()`),
});

/** Only the gateway, the owner, reads and writes this table. Its rows are never changed. */
export const auditLog = pgTable(
  'audit_log',
  {
    id: text('id').notNull(),
    createdAt: moment('created_at').notNull(),
    tenantId: text('tenant_id'),
    actorKind: text('actor_kind', {
      enum: ['key', 'session', 'portal_session', 'jwt', 'environment'],
    }).notNull(),
    actorId: text('actor_id').notNull(),
    actorRole: text('actor_role', { enum: ['tenant', 'operator'] }).notNull(),
    operation: text('operation').notNull(),
    targetId: text('target_id'),
    outcome: text('outcome', { enum: ['done', 'refused', 'failed', 'replayed'] }).notNull(),
    status: integer('status').notNull(),
    code: text('code'),
    changes: jsonb('changes').$type<Record<string, { before?: unknown; after?: unknown }>>(),
    requestId: text('request_id').notNull(),
    address: text('address'),
  },
  (table) => [primaryKey({ columns: [table.createdAt, table.id] })],
);

export const feedTickets = pgTable('feed_tickets', {
  ticketHash: bytea('ticket_hash').primaryKey(),
  identity: jsonb('identity').notNull(),
  expiresAt: moment('expires_at').notNull(),
});

/** Only the gateway, the owner, reads and writes this table. */
export const alertRules = pgTable('alert_rules', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id'),
  name: text('name').notNull(),
  active: boolean('active').notNull(),
  kind: text('kind').notNull(),
  condition: jsonb('condition').notNull(),
  firesAfterSeconds: integer('fires_after_seconds').notNull(),
  recoversAfterSeconds: integer('recovers_after_seconds').notNull(),
  noticesPerHour: integer('notices_per_hour').notNull(),
  channels: jsonb('channels').notNull(),
  sealedSecrets: text('sealed_secrets').notNull(),
  createdAt: moment('created_at').notNull().default(sql`now()`),
  updatedAt: moment('updated_at').notNull().default(sql`now()`),
});

/** Only the gateway, the owner, reads and writes this table. */
export const alerts = pgTable('alerts', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id'),
  ruleId: text('rule_id').notNull(),
  ruleName: text('rule_name').notNull(),
  kind: text('kind').notNull(),
  state: text('state', { enum: ['pending', 'firing', 'recovered', 'ended'] }).notNull(),
  subjectType: text('subject_type').notNull(),
  subjectId: text('subject_id').notNull(),
  subjectName: text('subject_name'),
  subjectTenant: text('subject_tenant'),
  value: jsonb('value').notNull(),
  since: moment('since').notNull(),
  firedAt: moment('fired_at'),
  clearSince: moment('clear_since'),
  endedAt: moment('ended_at'),
  flapping: boolean('flapping').notNull().default(false),
  acknowledgedAt: moment('acknowledged_at'),
  acknowledgedBy: text('acknowledged_by'),
});

/** Only the gateway, the owner, reads and writes this table. */
export const alertNotifications = pgTable('alert_notifications', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id'),
  ruleId: text('rule_id').notNull(),
  alertId: text('alert_id').notNull(),
  kind: text('kind', { enum: ['firing', 'recovered', 'flapping'] }).notNull(),
  channel: text('channel').notNull(),
  channelType: text('channel_type').notNull(),
  message: jsonb('message').notNull(),
  status: text('status', { enum: ['pending', 'sent', 'failed', 'dropped'] })
    .notNull()
    .default('pending'),
  attempts: integer('attempts').notNull().default(0),
  dueAt: moment('due_at').default(sql`now()`),
  leaseId: text('lease_id'),
  responseStatus: integer('response_status'),
  error: text('error'),
  createdAt: moment('created_at').notNull().default(sql`now()`),
  completedAt: moment('completed_at'),
});

/** Only the gateway, the owner, reads and writes this table. */
export const alertEvaluations = pgTable('alert_evaluations', {
  kind: text('kind').primaryKey(),
  dueAt: moment('due_at').notNull().default(sql`now()`),
  leaseId: text('lease_id'),
  leaseUntil: moment('lease_until'),
});
