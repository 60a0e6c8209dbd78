import { createDatabase, type Database, type DatabaseOptions } from '@hookline/db';
import { createTestDatabase, type TestDatabase } from '@hookline/testkit';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';

export interface OpenDatabase {
  /** The access of a service. */
  database: Database;
  /** A connection as the superuser, to prepare and to inspect. */
  owner: pg.Client;
  /** Errors of idle connections. */
  connectionErrors: Error[];
}

/**
 * One migrated database for a test file. Each test empties the tables it inspects.
 * @param prepare changes the database of the file as its owner. Each test then gets a clone of it for itself.
 */
export function useDatabase(prepare?: (owner: pg.Client) => Promise<unknown>) {
  let ofFile: TestDatabase;
  let test: TestDatabase;
  beforeAll(async () => {
    ofFile = test = await createTestDatabase();
    if (prepare === undefined) return;
    const owner = new pg.Client({ connectionString: ofFile.ownerUrl });
    await owner.connect();
    await prepare(owner);
    await owner.end();
  });
  afterAll(() => ofFile?.drop());
  beforeEach(async () => {
    if (prepare === undefined) return;
    const clone = await createTestDatabase({ template: ofFile });
    onTestFinished(() => clone.drop());
    test = clone;
  });

  /** A plain connection of the driver, with the login role unless another address is given. */
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
