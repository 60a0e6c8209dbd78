import { sql } from 'drizzle-orm';
import { boolean, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { bytea, moment } from './columns.ts';

/** The last message of a provider about the subscription of a source. */
export interface SourceSubscription {
  kind: 'revoked' | 'disabled' | 'verified' | 'test';
  reason: string | null;
  /** The type of the event. */
  type: string;
  eventId: string;
}

/** Only ingest, the owner, reads and writes this table. */
export const sources = pgTable('sources', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id'),
  provider: text('provider').notNull(),
  name: text('name'),
  managedBy: text('managed_by'),
  managedKey: text('managed_key'),
  token: text('token').notNull(),
  secrets: jsonb('secrets').$type<SealedSecret[]>().notNull(),
  retiredSecrets: jsonb('retired_secrets').$type<SealedSecret[]>().notNull().default([]),
  verifyToken: text('verify_token'),
  options: jsonb('options').$type<SourceOptions>().notNull().default({}),
  uid: text('uid'),
  metadata: jsonb('metadata').$type<Record<string, string>>().notNull().default({}),
  tags: text('tags').array().notNull().default([]),
  active: boolean('active').notNull().default(true),
  subscription: jsonb('subscription').$type<SourceSubscription & { at: string }>(),
  lastReceivedAt: moment('last_received_at'),
  createdAt: moment('created_at').notNull().default(sql`now()`),
  updatedAt: moment('updated_at').notNull().default(sql`now()`),
  deletedAt: moment('deleted_at'),
});

export interface SealedSecret {
  sealed: string;
  /** When the secret was set, RFC 3339. */
  setAt: string;
}

export interface SourceOptions {
  /** Absent: the provider's default; null: signed timestamps are not checked. */
  toleranceSeconds?: number | null;
  /** Addresses and networks that may send; absent: all. */
  allowedIps?: string[];
  /** Patterns over event types; absent: all are stored. */
  events?: string[];
  /** The answer to a request whose event is stored; absent: the answer that the provider expects. */
  answer?: { status: number; contentType?: string; body?: string };
  /** The rule that repeats are recognised by; absent: the rule of the provider. */
  dedupe?: { by: 'id' | 'body' | 'fields' | 'none'; windowSeconds?: number; fields?: string[] };
  /** Settings that the provider needs besides the secret, by the provider's names. */
  provider?: Record<string, string>;
  /** false: requests are not kept with their events; absent: they are. */
  keepRequest?: boolean;
  /** A label such as `staging`. */
  environment?: string;
  /** true: its connection is paused or has no grant, so requests are answered and no event is stored. */
  withholds?: boolean;
}

/** Only ingest, the owner, reads and writes this table. Partitioned by day. */
export const rejections = pgTable('rejections', {
  id: text('id').notNull(),
  tenantId: text('tenant_id'),
  provider: text('provider').notNull(),
  sourceId: text('source_id'),
  code: text('code').notNull(),
  reason: text('reason').notNull(),
  cause: text('cause'),
  hint: text('hint'),
  wouldMatch: text('would_match'),
  eventId: text('event_id'),
  providerDeliveryId: text('provider_delivery_id'),
  headers: jsonb('headers').$type<Record<string, string>>().notNull(),
  bodyStart: bytea('body_start').notNull(),
  createdAt: moment('created_at').notNull(),
});

/** Only ingest, the owner, reads and writes this table. */
export const eventTypes = pgTable('event_types', {
  tenantId: text('tenant_id').notNull(),
  type: text('type').notNull(),
  description: text('description'),
  schema: jsonb('schema').$type<Record<string, unknown>>(),
  registered: boolean('registered').notNull(),
  createdAt: moment('created_at').notNull().default(sql`now()`),
  updatedAt: moment('updated_at').notNull().default(sql`now()`),
});
