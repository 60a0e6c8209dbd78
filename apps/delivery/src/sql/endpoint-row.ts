import type { endpoints } from '@hookline/db/delivery';

/** A row of `endpoints`. Its secrets, headers and credentials are sealed. */
export type EndpointRow = typeof endpoints.$inferSelect;
