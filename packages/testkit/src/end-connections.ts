import pg from 'pg';

/**
 * Ends the connections to one database, as an administrator or a failing server would. Connections of other tests to
 * the same server stay.
 * @param options.applicationName ends only the connections with this application name
 * @returns the number of ended connections
 */
export async function endConnections(
  ownerUrl: string,
  options: { applicationName?: string } = {},
): Promise<number> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()
         and ($1::text is null or application_name = $1)`,
      [options.applicationName ?? null],
    );
    return rowCount ?? 0;
  } finally {
    await client.end();
  }
}
