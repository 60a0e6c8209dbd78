import type { sources } from '@hookline/db/ingest';

/** A row of `sources`, its secrets sealed. */
export type AnySourceRow = typeof sources.$inferSelect;

/** The row of a source that belongs to a tenant. */
export type SourceRow = AnySourceRow & { tenantId: string };
