import { sql } from 'drizzle-orm';
import { bigint, boolean, date, doublePrecision, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { bulkJobTable } from './bulk-job-table.ts';
import { bytea, moment } from './columns.ts';

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

const now = sql`hookline_now()`;

/** What an application is set up for at its provider. */
export interface OAuthAppSettings {
  /** Slack: how the application is distributed, which decides its rate limits. */
  distribution?: 'internal' | 'marketplace' | 'other';
  /** GitHub: an OAuth App has scopes, a GitHub App has permissions and is installed. */
  kind?: 'oauth_app' | 'github_app';
  /** GitHub: the name in the address of a GitHub App. */
  slug?: string;
  /** Gmail: the Pub/Sub topic, projects/P/topics/T. */
  topic?: string;
  /** Replaces the default scopes of the provider. */
  scopes?: string[];
  /** Slack: the scopes of the person, beside those of the bot. */
  userScopes?: string[];
  /** Applications with the same text share the quotas of one project or developer. */
  quotaGroup?: string;
  /** Replaces origins of the provider's addresses, e.g. {"https://api.github.com": "https://github.example.com"}. */
  origins?: Record<string, string>;
}

/** Only the scheduler, the owner, reads and writes this table. */
export const oauthApps = pgTable('oauth_apps', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id'),
  provider: text('provider').notNull(),
  name: text('name'),
  clientId: text('client_id').notNull(),
  clientSecret: text('client_secret').notNull(),
  settings: jsonb('settings').$type<OAuthAppSettings>().notNull().default({}),
  source: text('source', { enum: ['environment', 'api'] }).notNull(),
  fingerprint: text('fingerprint'),
  fault: text('fault'),
  faultAt: moment('fault_at'),
  checkedAt: moment('checked_at'),
  checks: jsonb('checks'),
  createdAt: moment('created_at').notNull().default(now),
  updatedAt: moment('updated_at').notNull().default(now),
  deletedAt: moment('deleted_at'),
});

/** Settings of one connection. */
export interface ConnectionSettings {
  /** Values of the placeholders of request templates, e.g. {"uploadsPlaylistId": "UU…"}. */
  values?: Record<string, string>;
  /** Seconds between two polls, by the id of the poll; absent: the provider's default. */
  intervals?: Record<string, number>;
  /** The resources to follow, e.g. repositories; absent: as the provider's definition says. */
  resources?: string[];
  /** The events to subscribe to; absent: the provider's default. */
  events?: string[];
}

/** Only the scheduler, the owner, reads and writes this table. */
export const oauthFlows = pgTable('oauth_flows', {
  stateHash: bytea('state_hash').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  provider: text('provider').notNull(),
  appId: text('app_id').notNull(),
  verifier: text('verifier'),
  browserHash: bytea('browser_hash').notNull(),
  redirectUri: text('redirect_uri').notNull(),
  returnUrl: text('return_url'),
  connectionId: text('connection_id'),
  scopes: text('scopes').array().notNull(),
  userScopes: text('user_scopes').array().notNull(),
  settings: jsonb('settings').$type<ConnectionSettings>().notNull().default({}),
  origins: jsonb('origins').$type<Record<string, string>>().notNull().default({}),
  keyId: text('key_id').notNull(),
  expiresAt: moment('expires_at').notNull(),
  usedAt: moment('used_at'),
  failedReason: text('failed_reason'),
  createdAt: moment('created_at').notNull().default(now),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const connectionLinks = pgTable('connection_links', {
  tokenHash: bytea('token_hash').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  provider: text('provider').notNull(),
  appId: text('app_id').notNull(),
  connectionId: text('connection_id'),
  scopes: text('scopes').array(),
  settings: jsonb('settings').$type<ConnectionSettings>().notNull().default({}),
  returnUrl: text('return_url'),
  keyId: text('key_id').notNull(),
  expiresAt: moment('expires_at').notNull(),
  usedAt: moment('used_at'),
  createdAt: moment('created_at').notNull().default(now),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const connections = pgTable('connections', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  provider: text('provider').notNull(),
  appId: text('app_id').notNull(),
  accountId: text('account_id').notNull(),
  accountName: text('account_name'),
  scopesRequested: text('scopes_requested').array().notNull(),
  scopesGranted: text('scopes_granted').array(),
  status: text('status', {
    enum: ['connected', 'refreshing', 'degraded', 'needs_reauth', 'revoked', 'paused'],
  }).notNull(),
  reason: text('reason'),
  pauses: text('pauses').array().notNull().default([]),
  since: moment('since').notNull().default(now),
  settings: jsonb('settings').$type<ConnectionSettings>().notNull().default({}),
  /** What the provider told of the account; `settings.values` take precedence. */
  identity: jsonb('identity').$type<Record<string, string>>().notNull().default({}),
  personId: text('person_id'),
  consentAt: moment('consent_at').notNull(),
  consentEndsAt: moment('consent_ends_at'),
  announcedDays: integer('announced_days'),
  verifiedAt: moment('verified_at'),
  withheldPushes: bigint('withheld_pushes', { mode: 'number' }).notNull().default(0),
  createdAt: moment('created_at').notNull().default(now),
  updatedAt: moment('updated_at').notNull().default(now),
  deletedAt: moment('deleted_at'),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const connectionTokens = pgTable('connection_tokens', {
  connectionId: text('connection_id').notNull(),
  kind: text('kind', { enum: ['access', 'bot', 'user'] }).notNull(),
  tenantId: text('tenant_id').notNull(),
  generation: integer('generation').notNull().default(1),
  accessSealed: text('access_sealed').notNull(),
  refreshSealed: text('refresh_sealed'),
  clientProven: boolean('client_proven').notNull().default(false),
  tokenType: text('token_type').notNull().default('Bearer'),
  scopes: text('scopes').array(),
  expiresAt: moment('expires_at'),
  lifeSeconds: integer('life_seconds'),
  refreshExpiresAt: moment('refresh_expires_at'),
  refreshDueAt: moment('refresh_due_at'),
  refreshNotBefore: moment('refresh_not_before'),
  leaseId: text('lease_id'),
  leaseUntil: moment('lease_until'),
  attemptedGeneration: integer('attempted_generation'),
  firstFailedAt: moment('first_failed_at'),
  failures: integer('failures').notNull().default(0),
  failureReason: text('failure_reason'),
  invalidGrantAt: moment('invalid_grant_at'),
  unknownSince: moment('unknown_since'),
  refusedGeneration: integer('refused_generation'),
  refusedAt: moment('refused_at'),
  lastError: text('last_error'),
  updatedAt: moment('updated_at').notNull().default(now),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const grantRevocations = pgTable('grant_revocations', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  connectionId: text('connection_id'),
  reason: text('reason', { enum: ['disconnected', 'not_connected'] }).notNull(),
  provider: text('provider').notNull(),
  appId: text('app_id').notNull(),
  origins: jsonb('origins').$type<Record<string, string>>().notNull(),
  accountId: text('account_id'),
  personId: text('person_id'),
  kind: text('kind', { enum: ['access', 'bot', 'user'] }).notNull(),
  accessSealed: text('access_sealed').notNull(),
  refreshSealed: text('refresh_sealed'),
  sealedFor: text('sealed_for').notNull(),
  failures: integer('failures').notNull().default(0),
  dueAt: moment('due_at').notNull(),
  leaseId: text('lease_id'),
  endsAt: moment('ends_at').notNull(),
  lastError: text('last_error'),
  importHash: bytea('import_hash'),
  importAnswer: jsonb('import_answer').$type<Record<string, unknown>>(),
  createdAt: moment('created_at').notNull().default(now),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const connectionImports = pgTable('connection_imports', {
  importHash: bytea('import_hash').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  leaseId: text('lease_id'),
  leaseUntil: moment('lease_until'),
  isAttempted: boolean('is_attempted').notNull().default(false),
  connectionId: text('connection_id'),
  isUsedUp: boolean('is_used_up').notNull().default(false),
  createdAt: moment('created_at').notNull().default(now),
  updatedAt: moment('updated_at').notNull().default(now),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const connectionAnnouncements = pgTable('connection_announcements', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  type: text('type').notNull(),
  source: text('source').notNull(),
  payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
  createdAt: moment('created_at').notNull().default(now),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const connectionJournal = pgTable('connection_journal', {
  id: text('id').primaryKey(),
  connectionId: text('connection_id').notNull(),
  tenantId: text('tenant_id').notNull(),
  at: moment('at').notNull().default(now),
  kind: text('kind', {
    enum: ['consent', 'refresh', 'poll', 'watch', 'hook', 'push', 'quota', 'gap', 'error', 'status', 'token'],
  }).notNull(),
  outcome: text('outcome').notNull(),
  text: text('text').notNull(),
  detail: jsonb('detail').$type<Record<string, unknown>>().notNull().default({}),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const connectionTasks = pgTable('connection_tasks', {
  id: text('id').primaryKey(),
  connectionId: text('connection_id').notNull(),
  tenantId: text('tenant_id').notNull(),
  appId: text('app_id').notNull(),
  kind: text('kind', {
    enum: ['poll', 'resources', 'watch', 'check', 'reconcile', 'routes', 'verify'],
  }).notNull(),
  name: text('name').notNull(),
  resource: text('resource').notNull().default(''),
  resourceName: text('resource_name'),
  intervalSeconds: integer('interval_seconds').notNull(),
  stretch: doublePrecision('stretch').notNull().default(1),
  phase: doublePrecision('phase').notNull(),
  losesAfterSeconds: integer('loses_after_seconds'),
  quotaKeys: text('quota_keys').array().notNull().default([]),
  quotaCost: integer('quota_cost').notNull().default(1),
  dueAt: moment('due_at').notNull(),
  onDemand: boolean('on_demand').notNull().default(false),
  leaseId: text('lease_id'),
  pausedReason: text('paused_reason'),
  cursor: jsonb('cursor').$type<Record<string, unknown>>().notNull().default({}),
  version: bigint('version', { mode: 'number' }).notNull().default(0),
  lastStartedAt: moment('last_started_at'),
  lastFinishedAt: moment('last_finished_at'),
  lastSucceededAt: moment('last_succeeded_at'),
  lastOutcome: text('last_outcome'),
  lastError: text('last_error'),
  failures: integer('failures').notNull().default(0),
  done: integer('done').notNull().default(0),
  countedAt: moment('counted_at').notNull().default(now),
  createdAt: moment('created_at').notNull().default(now),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const quotaGroups = pgTable('quota_groups', {
  key: text('key').primaryKey(),
  capacity: integer('capacity'),
  windowSeconds: integer('window_seconds'),
  zone: text('zone'),
  windowEndsAt: moment('window_ends_at').notNull(),
  used: integer('used').notNull().default(0),
  usedBefore: integer('used_before').notNull().default(0),
  reserved: integer('reserved').notNull().default(0),
  narrowing: doublePrecision('narrowing').notNull().default(1),
  narrowedAt: moment('narrowed_at'),
  closedUntil: moment('closed_until'),
  learnedAt: moment('learned_at'),
  stretch: doublePrecision('stretch').notNull().default(1),
});

/** Cron patterns of tenants; only the scheduler reads and writes them. */
export const schedules = pgTable('schedules', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  name: text('name'),
  cron: text('cron').notNull(),
  timeZone: text('time_zone').notNull(),
  type: text('type').notNull(),
  /** JSON text. */
  data: text('data').notNull(),
  catchUp: text('catch_up', { enum: ['one', 'none', 'all'] }).notNull(),
  active: boolean('active').notNull(),
  nextDueAt: moment('next_due_at'),
  lastDueAt: moment('last_due_at'),
  leaseId: text('lease_id'),
  leaseUntil: moment('lease_until'),
  createdAt: moment('created_at').notNull().default(now),
  updatedAt: moment('updated_at').notNull().default(now),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const platformWebhooks = pgTable('platform_webhooks', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull(),
  /** For queries that were written for an earlier service. */
  userId: text('user_id').generatedAlwaysAs(sql`tenant_id`),
  platform: text('platform').notNull(),
  watch: text('watch').notNull(),
  resource: text('resource').notNull(),
  resourceName: text('resource_name'),
  receivingAppId: text('receiving_app_id').notNull().default(''),
  connectionIds: text('connection_ids').array().notNull(),
  connectionId: text('connection_id').notNull(),
  appId: text('app_id').notNull(),
  accountId: text('account_id').notNull(),
  webhookId: text('webhook_id'),
  webhookUrl: text('webhook_url').notNull(),
  events: text('events').array(),
  metadata: jsonb('metadata').$type<Record<string, unknown>>().notNull().default({}),
  active: boolean('active').notNull().default(true),
  sourceId: text('source_id'),
  intakeDueAt: moment('intake_due_at'),
  withholds: boolean('withholds').notNull().default(false),
  withheldUntil: moment('withheld_until'),
  secretSealed: text('secret_sealed'),
  secretVersion: integer('secret_version').notNull().default(0),
  status: text('status', {
    enum: ['pending', 'verified', 'unverified', 'failing', 'stopping', 'off'],
  }).notNull(),
  reason: text('reason'),
  message: text('message'),
  failures: integer('failures').notNull().default(0),
  registeredAt: moment('registered_at'),
  verifiedAt: moment('verified_at'),
  expiresAt: moment('expires_at'),
  lastCheckedAt: moment('last_checked_at'),
  createdAt: moment('created_at').notNull().default(now),
  updatedAt: moment('updated_at').notNull().default(now),
  deletedAt: moment('deleted_at'),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const connectionRoutes = pgTable('connection_routes', {
  appId: text('app_id').notNull(),
  accountKey: text('account_key').notNull(),
  connectionId: text('connection_id').notNull(),
  tenantId: text('tenant_id').notNull(),
  suspended: boolean('suspended').notNull().default(false),
  createdAt: moment('created_at').notNull().default(now),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const unroutedPushes = pgTable('unrouted_pushes', {
  appId: text('app_id').notNull(),
  accountKey: text('account_key').notNull(),
  pushes: bigint('pushes', { mode: 'number' }).notNull(),
  lastType: text('last_type').notNull(),
  firstAt: moment('first_at').notNull().default(now),
  lastAt: moment('last_at').notNull().default(now),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const providerWriteSlots = pgTable('provider_write_slots', {
  account: text('account').primaryKey(),
  nextAt: moment('next_at').notNull(),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const appPushSources = pgTable('app_push_sources', {
  appId: text('app_id').primaryKey(),
  sourceId: text('source_id').notNull(),
  url: text('url').notNull(),
  environmentHash: text('environment_hash'),
  updatedAt: moment('updated_at').notNull().default(now),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const reconciliationDays = pgTable('reconciliation_days', {
  connectionId: text('connection_id').notNull(),
  /** YYYY-MM-DD. */
  day: date('day').notNull(),
  stream: text('stream').notNull(),
  tenantId: text('tenant_id').notNull(),
  received: integer('received').notNull().default(0),
  missed: integer('missed').notNull().default(0),
  recovered: integer('recovered').notNull().default(0),
  duplicate: integer('duplicate').notNull().default(0),
  reasons: jsonb('reasons').$type<Record<string, number>>().notNull().default({}),
});

/** Only the scheduler, the owner, reads and writes this table. */
export const connectionBulkJobs = bulkJobTable('connection_bulk_jobs');
