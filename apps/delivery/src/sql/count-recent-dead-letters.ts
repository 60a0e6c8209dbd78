import { DEAD_LETTER_WINDOWS, type DeadLetterCount } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { FactPage } from './fact-page.ts';

const COUNTS = DEAD_LETTER_WINDOWS.map(
  (minutes) => `count(*) filter (where completed_at >= now() - interval '${minutes} minutes')::integer`,
).join(', ');

/** An alert that died at an endpoint must not cause the next alert. */
const RECENT = `
from deliveries
where status = 'failed' and completed_at >= now() - make_interval(mins => $1) and event_type not like 'hookline.alert.%'`;

const OF_ALL = `select null as "userId", array[${COUNTS}] as counts ${RECENT}`;
const BY_TENANT = `
select tenant_id as "userId", array[${COUNTS}] as counts ${RECENT} and tenant_id = any($2) and tenant_id > $3
group by tenant_id
order by tenant_id
limit $4`;

/**
 * Counts the deliveries that gave up lately, in each of `DEAD_LETTER_WINDOWS`. Their index has all that is needed: the
 * cost depends on the dead letters of the window, not on all that are kept.
 */
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
