import type { eventTypes } from '@hookline/db/ingest';

/** An event type that a tenant has registered or has sent. */
export type EventTypeRow = typeof eventTypes.$inferSelect;
