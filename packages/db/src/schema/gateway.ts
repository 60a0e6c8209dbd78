import { sql } from 'drizzle-orm';
import { integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
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

/** Only the gateway, the owner, reads and writes this table. */
export const idempotencyKeys = pgTable('idempotency_keys', {
  tenantId: text('tenant_id'),
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
