import { type Database, touchRows } from '@hookline/db';

/**
 * Stores that these sources received an event now. `updated_at` stays as it was, because no replica has to read the source
 * again.
 */
export const touchSources = (database: Database, ids: readonly string[]): Promise<void> =>
  touchRows(database, { table: 'sources', column: 'last_received_at' }, ids);
