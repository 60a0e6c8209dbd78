import { sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
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
