import { rowSet, type Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import type { DeliveryKey, DeliveryRow } from './delivery-row.ts';
import { createdAtOf } from './event-row.ts';

const KEYS = rowSet({ event_id: 'text', endpoint_id: 'text', created_at: 'timestamptz' });

/**
 * Discards deliveries in one statement. Ends their leases, so that the outcome of a request that is under way is not
 * recorded, counts the change in the statistics, and releases the ordering keys that are parked for them.
 * @param statuses deliveries with another status are left unchanged
 * @returns the number of deliveries that were discarded
 */
export async function discardDeliveries(
  tx: Transaction,
  keys: readonly DeliveryKey[],
  statuses: readonly DeliveryRow['status'][],
  { by, reason }: { by: string; reason: string | null },
): Promise<number> {
  if (keys.length === 0) return 0;
  const rows = keys.map(({ eventId, endpointId }) => ({
    event_id: eventId,
    endpoint_id: endpointId,
    created_at: createdAtOf(eventId).toISOString(),
  }));
  const times = rows.map((row) => row.created_at).sort();
  const inRange = sql`between ${times[0]} and ${times.at(-1)}`;
  const allowed = sql.join(
    statuses.map((status) => sql`${status}`),
    sql`, `,
  );
  const { rows: result } = await tx.execute(sql`
    with given as materialized (
      select * from ${KEYS.unnestRows(rows, 'k')}
    ), locked as materialized (
      select d.event_id, d.endpoint_id, d.created_at, d.status as was
      from given g
      join deliveries d on d.event_id = any(array[g.event_id]) and d.endpoint_id = any(array[g.endpoint_id])
        and d.created_at = g.created_at and d.created_at ${inRange}
      order by d.event_id, d.endpoint_id
      for update of d
    ), discarded as (
      update deliveries d
      set status = 'discarded', due_at = null, lease_id = null, discarded = jsonb_build_object(
            'by', ${by}::text, 'at', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
            'reason', ${reason}::text)
      from locked l
      where d.event_id = any(array[l.event_id]) and d.endpoint_id = any(array[l.endpoint_id])
        and d.created_at = l.created_at and d.created_at ${inRange} and l.was in (${allowed})
      returning d.event_id, d.tenant_id, d.endpoint_id, d.event_type, d.ordering_key, d.created_at, l.was
    ), unparked as (
      delete from parked_keys p
      using discarded x
      where p.endpoint_id = x.endpoint_id and p.ordering_key = x.ordering_key and p.event_id = x.event_id
    ), counted as (
      insert into statistics_changes (tenant_id, endpoint_id, event_type, bucket, dead, discarded)
      select tenant_id, endpoint_id, event_type, hookline_statistics_bucket(created_at),
             -(count(*) filter (where was = 'failed')), count(*)
      from discarded
      group by 1, 2, 3, 4
    )
    select count(*)::integer as discarded from discarded`);
  return Number(result[0]?.['discarded'] ?? 0);
}
