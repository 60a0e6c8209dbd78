import type { Database } from '@hookline/db';
import { DISABLE_LOCKED } from '../../endpoints/announcements/disable-locked.ts';
import { MANY_FAILURES } from './forget-failures.ts';

/**
 * Switches endpoints off that have had only failures for too long. An endpoint needs at least MANY_FAILURES failures,
 * and the last failure must be long after the first, so that a few attempts during a short outage are not enough. The
 * locks are taken in the order in which a change by the API takes them.
 */
const DISABLE_FAILING = `
with due as materialized (
  select f.* from endpoint_failures f
  where f.failures >= $2 and f.first_failed_at <= now() - $1 * interval '1 hour'
    and f.last_failed_at - f.first_failed_at >= $3 * interval '1 hour'
), locked as materialized (
  select e.id, 'endpoint_failing' as code,
         'Nothing but failures since ' || to_char(d.first_failed_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI')
           || ' UTC, ' || d.failures || ' attempts' as reason
  from due d
  join endpoints e on e.id = d.endpoint_id
  where e.active and e.deleted_at is null and e.updated_at <= d.first_failed_at
  order by e.id
  for update of e
), forgotten as (
  delete from endpoint_failures f using due where f.endpoint_id = due.endpoint_id
), last_tried as (
  select l.id as endpoint_id, t.*
  from locked l
  cross join lateral (
    select d.event_id, d.event_type, d.response_code, d.error_code, d.error_message
    from deliveries d
    where d.endpoint_id = l.id and d.last_attempt_at is not null
    order by d.event_id desc
    limit 1
  ) t
), ${DISABLE_LOCKED}
select id from disabled`;

const MIN_HOURS_BETWEEN = 12;

/** @returns the ids of the endpoints that were switched off */
export async function disableFailing(database: Database, afterHours: number): Promise<string[]> {
  const { rows } = await database.system<{ id: string }>(DISABLE_FAILING, [
    afterHours,
    MANY_FAILURES,
    Math.min(MIN_HOURS_BETWEEN, afterHours),
  ]);
  return rows.map(({ id }) => id);
}
