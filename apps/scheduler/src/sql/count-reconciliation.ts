import { type Database, rowSet, statement } from '@hookline/db';

const COUNTS = rowSet({
  connection_id: 'text',
  day: 'text',
  stream: 'text',
  tenant_id: 'text',
  received: 'integer',
  missed: 'integer',
  recovered: 'integer',
  duplicate: 'integer',
  reasons: 'jsonb',
});

export type ReconciliationCounts = Parameters<typeof COUNTS.values>[0][number];

const COUNT_RECONCILIATION = statement(
  { counts: COUNTS },
  ({ counts }) => `
insert into reconciliation_days as d
  (connection_id, day, stream, tenant_id, received, missed, recovered, duplicate, reasons)
select connection_id, day::date, stream, tenant_id, received, missed, recovered, duplicate, reasons
from ${counts('n')}
on conflict (connection_id, day, stream) do update
set received = d.received + excluded.received, missed = d.missed + excluded.missed,
    recovered = d.recovered + excluded.recovered, duplicate = d.duplicate + excluded.duplicate,
    reasons = (
      select coalesce(jsonb_object_agg(reason, number), '{}') from (
        select reason, sum(number::integer) as number
        from (select * from jsonb_each_text(d.reasons) union all select * from jsonb_each_text(excluded.reasons))
          as both_days(reason, number)
        group by reason order by number desc limit 20
      ) as summed)`,
);

/** Adds to the counts of days; at most one row for each day and stream. */
export async function countReconciliation(
  database: Database,
  counts: readonly ReconciliationCounts[],
): Promise<void> {
  if (counts.length > 0) await COUNT_RECONCILIATION.run(database, { counts });
}
