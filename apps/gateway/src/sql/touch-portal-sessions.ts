import { type Database, touchRows } from '@hookline/db';

/** Stores that these portal sessions were used now. */
export const touchPortalSessions = (database: Database, ids: readonly string[]): Promise<void> =>
  touchRows(database, { table: 'portal_sessions', column: 'last_used_at' }, ids);
