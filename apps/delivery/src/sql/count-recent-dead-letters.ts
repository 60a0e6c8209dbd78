import { DEAD_LETTER_WINDOWS, type DeadLetterCount } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { FactPage } from './fact-page.ts';

const COUNTS = DEAD_LETTER_WINDOWS.map(
  (minutes) => `count(*) filter (where completed_at >= now() - interval '${minutes} minutes')::integer`,
).join(', ');

/** Of more, the newest are counted. */
const MAX_COUNTED = 100_000;

/**
 * In the order of the index by time, so that no other index is used: one by tenant or by status leads to all dead letters
 * that are kept. An alert that died at an endpoint must not cause the next alert.
 */
const RECENT = `
with recent as materialized (
  select tenant_id, completed_at
  from deliveries
  where status = 'failed' and completed_at >= now() - make_interval(mins => $1)
    and event_type not like 'hookline.alert.%'
  order by completed_at desc
  limit ${MAX_COUNTED}
)`;

const OF_ALL = `${RECENT} select null as "userId", array[${COUNTS}] as counts from recent`;
const BY_TENANT = `${RECENT}
select tenant_id as "userId", array[${COUNTS}] as counts
from recent
where tenant_id = any($2) and tenant_id > $3
group by tenant_id
order by tenant_id
limit $4`;

/** Counts the deliveries that gave up lately, in each of `DEAD_LETTER_WINDOWS`. */
export async function countRecentDeadLetters(
  database: Database,
  withinMinutes: number,
  { tenants, after, limit }: FactPage,
): Promise<DeadLetterCount[]> {
  const { rows } =
    tenants === null
      ? await database.system<DeadLetterCount>(OF_ALL, [withinMinutes])
      : await database.system<DeadLetterCount>(BY_TENANT, [withinMinutes, tenants, after, limit]);
  return rows;
}
