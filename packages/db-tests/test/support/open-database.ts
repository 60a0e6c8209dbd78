import { createDatabase, type Database, type DatabaseOptions } from '@hookline/db';
import { createTestDatabase } from '@hookline/testkit';
import pg from 'pg';
import { onTestFinished } from 'vitest';

export interface OpenDatabase {
  /** As a service sees it. */
  database: Database;
  /** Superuser, for setting up and for looking. */
  owner: pg.Client;
  ownerUrl: string;
  serviceUrl: string;
  /** What broke while nobody waited for an answer. */
  connectionErrors: Error[];
  /** One more connection of the login role, without any of the package around it. */
  connect(url?: string): Promise<pg.Client>;
}

/** A migrated database of its own, gone with the test. */
export async function openDatabase(options: Partial<DatabaseOptions> = {}): Promise<OpenDatabase> {
  const { ownerUrl, serviceUrl, drop } = await createTestDatabase();
  onTestFinished(drop);
  const connectionErrors: Error[] = [];
  const connect = async (url = serviceUrl) => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', (error) => connectionErrors.push(error));
    await client.connect();
    onTestFinished(() => client.end());
    return client;
  };
  const owner = await connect(ownerUrl);
  const database = createDatabase({
    url: serviceUrl,
    applicationName: 'db-tests',
    onConnectionError: (error) => connectionErrors.push(error),
    ...options,
  });
  onTestFinished(() => database.close());
  return { database, owner, ownerUrl, serviceUrl, connectionErrors, connect };
}
