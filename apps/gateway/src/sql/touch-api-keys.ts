import { type Database, touchRows } from '@hookline/db';

/** Stores that these API keys were used now. */
export const touchApiKeys = (database: Database, ids: readonly string[]): Promise<void> =>
  touchRows(database, { table: 'api_keys', column: 'last_used_at' }, ids);
