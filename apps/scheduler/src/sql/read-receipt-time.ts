import type { Database } from '@hookline/db';

/**
 * The time at which events are published now, in ms since 1970. Partitions are created for this time, so the offset of
 * `hookline_now()` does not apply.
 */
export async function readReceiptTime(database: Database): Promise<number> {
  const { rows } = await database.system<{ nowMs: number }>(
    'select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs"',
  );
  const [row] = rows;
  if (!row) throw new Error('Postgres did not tell the time');
  return row.nowMs;
}
