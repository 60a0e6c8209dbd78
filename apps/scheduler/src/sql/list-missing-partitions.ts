import type { Database } from '@hookline/db';

/** Lists the partitions of tomorrow (in UTC) that do not exist. */
export async function listMissingPartitions(database: Database): Promise<string[]> {
  const { rows } = await database.system<{ name: string }>(
    `select name
     from hookline_partitioned_tables() as parent
     cross join lateral format('%s_%s', parent, to_char((now() at time zone 'UTC')::date + 1, 'YYYYMMDD')) as name
     where to_regclass('public.' || name) is null
     order by 1`,
  );
  return rows.map(({ name }) => name);
}
