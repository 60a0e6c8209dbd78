import { sql } from 'drizzle-orm';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { bytea, moment } from './columns.ts';

/** Only the gateway, the owner, reads and writes this table. */
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
