import type { Database } from '@hookline/db';

/** Lists the days that have partitions and ended `retentionDays` ago or earlier, oldest first, such as `2026-01-31`. */
export async function listDaysPastRetention(database: Database, retentionDays: number): Promise<string[]> {
  const { rows } = await database.system<{ day: string }>(
    `select distinct day::text as day
     from pg_inherits
     join pg_class parent on parent.oid = inhparent
     join pg_class child on child.oid = inhrelid
     cross join lateral to_date(right(child.relname, 8), 'YYYYMMDD') as day
     where parent.relname in (select hookline_partitioned_tables())
       and parent.relkind = 'p'
       and child.relkind = 'r'
       and child.relname ~ '_[0-9]{8}$'
       and (day + 1)::timestamp at time zone 'UTC' <= now() - make_interval(days => $1)
     order by 1`,
    [retentionDays],
  );
  return rows.map(({ day }) => day);
}
