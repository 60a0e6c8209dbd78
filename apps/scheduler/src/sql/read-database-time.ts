import type { Database } from '@hookline/db';

/** Jobs are due by the database's clock, which all replicas share. */
export async function readDatabaseTime(database: Database): Promise<Date> {
  const { rows } = await database.system<{ now: Date }>('select hookline_now() as now');
  const [row] = rows;
  if (!row) throw new Error('Postgres did not tell the time');
  return row.now;
}
