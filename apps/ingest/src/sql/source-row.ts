import type { sources } from '@hookline/db/ingest';

/** A row of `sources`, its secrets sealed. */
export type SourceRow = typeof sources.$inferSelect;
