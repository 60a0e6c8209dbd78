import { createDatabase, type Database, type DatabaseOptions } from '@hookline/db';
import { createTestDatabase, type TestDatabase } from '@hookline/testkit';
import pg from 'pg';
import { afterAll, beforeAll, onTestFinished } from 'vitest';

export interface OpenDatabase {
  /** As a service sees it. */
  database: Database;
  /** Superuser, for setting up and for looking. */
  owner: pg.Client;
  /** What broke while nobody waited for an answer. */
  connectionErrors: Error[];
}

/** One migrated database for the file that calls this; each test empties what it looks at. */
export function useDatabase() {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test?.drop());

  /** A connection without any of the package around it, as the login role unless another address is given. */
  const connect = async (url = test.serviceUrl): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    await client.connect();
    onTestFinished(() => client.end());
    return client;
  };

  return {
    get ownerUrl() {
      return test.ownerUrl;
    },
    get serviceUrl() {
      return test.serviceUrl;
    },
    connect,
    async open(options: Partial<DatabaseOptions> = {}): Promise<OpenDatabase> {
      const connectionErrors: Error[] = [];
      const owner = await connect(test.ownerUrl);
      const database = createDatabase({
        url: test.serviceUrl,
        applicationName: 'db-tests',
        onConnectionError: (error) => connectionErrors.push(error),
        ...options,
      });
      onTestFinished(() => database.close());
      return { database, owner, connectionErrors };
    },
  };
}
