import { createDatabase, type Database } from '@hookline/db';
import type { Harness } from '../harness.ts';

/** A replica's way into Postgres, for a part of it that is tested by itself. Close it. */
export function openDatabase({ config }: Pick<Harness, 'config'>): Database {
  return createDatabase({
    url: config.databaseUrl,
    applicationName: 'delivery-test',
    maxConnections: 4,
    onConnectionError: () => {},
  });
}
