import { createDatabase, type Database } from '@hookline/db';
import type { Harness } from '../harness.ts';

/** Opens the database as a replica does, for tests of a single part. The test must close it. */
export function openDatabase({ config }: Pick<Harness, 'config'>): Database {
  return createDatabase({
    url: config.databaseUrl,
    applicationName: 'delivery-test',
    maxConnections: 4,
    onConnectionError: () => {},
  });
}
