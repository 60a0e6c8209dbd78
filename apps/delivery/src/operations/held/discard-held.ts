import type { Database } from '@hookline/db';

/** The most deliveries that one statement discards. */
export const MAX_DISCARDED = 500;

/**
 * Discards open deliveries of endpoints that have been switched off for too long, if their events are as old: an open
 * delivery keeps the partition of its day. The tenants are told in the same transaction, at most once for each endpoint
 * and day, because the id of an announcement has the day.
 *
 * The index of open deliveries is by endpoint, and few endpoints are off for so long.
 */
const DISCARD_HELD = `
with off as materialized (
  select e.id, e.tenant_id, e.name, e.url, coalesce(e.inactive_since, e.created_at) as since
  from endpoints e
  where not e.active and e.deleted_at is null
    and coalesce(e.inactive_since, e.created_at) <= now() - $1 * interval '1 millisecond'
), held as materialized (
  select d.event_id, d.endpoint_id, d.created_at
  from off
  join deliveries d on d.endpoint_id = off.id
  where d.due_at is not null and d.status in ('pending', 'retrying')
    and d.created_at <= now() - $1 * interval '1 millisecond'
  limit ${MAX_DISCARDED}
  for update of d skip locked
), discarded as (
  update deliveries d
  set status = 'discarded', due_at = null, lease_id = null,
      discarded = jsonb_build_object(
        'by', 'hookline', 'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'reason', 'The endpoint has been switched off since ' || to_char(off.since at time zone 'UTC', 'YYYY-MM-DD HH24:MI')
          || ' UTC')
  from held h
  join off on off.id = h.endpoint_id
  where d.event_id = any(array[h.event_id]) and d.endpoint_id = any(array[h.endpoint_id])
    and d.created_at = h.created_at
  returning d.event_id, d.endpoint_id, d.tenant_id, d.event_type, d.ordering_key, d.created_at
), unparked as (
  delete from parked_keys p
  using discarded d
  where p.endpoint_id = d.endpoint_id and p.ordering_key = d.ordering_key and p.event_id = d.event_id
), counted as (
  insert into statistics_changes (tenant_id, endpoint_id, event_type, bucket, discarded)
  select tenant_id, endpoint_id, event_type, hookline_statistics_bucket(created_at), count(*)
  from discarded
  group by 1, 2, 3, 4
), announced as (
  insert into announcements (id, tenant_id, endpoint_id, type, data)
  select 'delivery.expired:' || off.id || ':' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD'), off.tenant_id, off.id,
         'delivery.expired',
         jsonb_build_object(
           'webhookId', off.id, 'name', off.name, 'url', off.url,
           'offSince', to_char(off.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  from off
  where off.id in (select endpoint_id from discarded)
  on conflict do nothing
)
select count(*)::integer as count from discarded`;

/** @returns how many deliveries were discarded: MAX_DISCARDED means that there may be more */
export async function discardHeld(database: Database, holdMs: number): Promise<number> {
  const { rows } = await database.system<{ count: number }>(DISCARD_HELD, [holdMs]);
  return rows[0]?.count ?? 0;
}
