import { rowSet, type Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import type { ClearedEvent } from './clear-events.ts';
import type { DeliveryRow } from './delivery-row.ts';
import { createdAtOf } from './event-row.ts';

const EVENTS = rowSet({ id: 'text', created_at: 'timestamptz' });

/**
 * Locks those of the events that are not deleted until the transaction ends: nobody else can delete them or send them
 * again. The transaction must plan by key.
 */
export async function lockEvents(tx: Transaction, ids: readonly string[]): Promise<ClearedEvent[]> {
  if (ids.length === 0) return [];
  const { given, inRange } = keysOf(ids);
  const { rows } = await tx.execute<{ id: string; requestId: string | null }>(sql`
    select e.id, e.request_id as "requestId"
    from ${EVENTS.unnestRows(given, 'g')}
    join events e on e.id = any(array[g.id]) and e.created_at = g.created_at and e.created_at ${inRange}
    where e.deleted_at is null
    order by e.id
    for update of e`);
  return rows.map(({ id, requestId }) => ({ id, requestId, createdAt: createdAtOf(id) }));
}

/** Locks all deliveries of the events. The transaction must plan by key. */
export async function lockDeliveriesOf(
  tx: Transaction,
  eventIds: readonly string[],
): Promise<Pick<DeliveryRow, 'eventId' | 'endpointId' | 'status'>[]> {
  if (eventIds.length === 0) return [];
  const { given, inRange } = keysOf(eventIds);
  const { rows } = await tx.execute<Pick<DeliveryRow, 'eventId' | 'endpointId' | 'status'>>(sql`
    select d.event_id as "eventId", d.endpoint_id as "endpointId", d.status
    from ${EVENTS.unnestRows(given, 'g')}
    join deliveries d on d.event_id = any(array[g.id]) and d.created_at = g.created_at and d.created_at ${inRange}
    order by d.event_id, d.endpoint_id
    for update of d`);
  return rows;
}

function keysOf(ids: readonly string[]) {
  const given = ids.map((id) => ({ id, created_at: createdAtOf(id).toISOString() }));
  const times = given.map((row) => row.created_at).sort();
  return { given, inRange: sql`between ${times[0]} and ${times.at(-1)}` };
}
