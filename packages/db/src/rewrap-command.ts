import { createDatabase, type Database } from './database.ts';
import { createSecretBox, type SecretBox } from './sealed-secret.ts';

export interface RewrapCounts {
  found: number;
  rewrapped: number;
}

const ROWS_AT_ONCE = 500;

/**
 * Reads the rows of a table that hold secrets, in the order of their ids. Can be run again at any time.
 * @param readRows the next rows after an id, at most `limit`
 * @param rewrapRow wraps the secrets of a row with the newest key; returns the number of rows it changed: 0 or 1
 */
export async function rewrapRows<Row extends { id: string }>(
  readRows: (afterId: string, limit: number) => Promise<readonly Row[]>,
  rewrapRow: (row: Row) => Promise<number>,
): Promise<RewrapCounts> {
  const counts: RewrapCounts = { found: 0, rewrapped: 0 };
  for (let after = ''; ; ) {
    const rows = await readRows(after, ROWS_AT_ONCE);
    for (const row of rows) counts.rewrapped += await rewrapRow(row);
    counts.found += rows.length;
    const last = rows.at(-1);
    if (!last) return counts;
    after = last.id;
  }
}

/** The body of a command that rewraps the secrets of a service: prints the result, and exits with 1 after a failure. */
export async function runRewrapCommand(
  /** The name of the rows that hold the secrets, in words, such as `sources`. */
  what: string,
  options: { databaseUrl: string; encryptionKeys: readonly string[] },
  rewrap: (database: Database, box: SecretBox) => Promise<RewrapCounts>,
): Promise<void> {
  const database = createDatabase({
    url: options.databaseUrl,
    applicationName: 'hookline-rewrap',
    maxConnections: 1,
    onConnectionError: () => {},
  });
  try {
    const { found, rewrapped } = await rewrap(database, createSecretBox(options.encryptionKeys));
    console.log(
      `${found} ${what}: ${rewrapped} were wrapped with the newest key, the others had it already.`,
    );
  } catch (error) {
    console.error(`The secrets of ${what}: ${(error as Error).message}`);
    process.exitCode = 1;
  } finally {
    await database.close();
  }
}
