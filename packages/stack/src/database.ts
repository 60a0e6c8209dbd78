import pg from 'pg';

/** The role that services connect as: it owns no table and does not bypass row-level security. */
export const SERVICE_ROLE = 'hookline_service';
export const DATABASE_NAME = 'hookline';

/** Creates the database if it does not exist. Returns the database's URL, for the same user as `serverUrl`. */
export async function ensureDatabase(serverUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE_NAME]);
    if (rowCount === 0) await client.query(`create database ${DATABASE_NAME}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${DATABASE_NAME}`;
  return url.href;
}

/** The same URL with another user and password. */
export function urlForRole(databaseUrl: string, role: { name: string; password: string }): string {
  const url = new URL(databaseUrl);
  url.username = role.name;
  url.password = encodeURIComponent(role.password);
  return url.href;
}

/** Undefined when the database answers, otherwise the error message. */
export async function probeDatabase(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end().catch(() => {});
  }
}
