import { deliveryId, timestampMs } from '@hookline/contracts';
import type { BulkCursor, Transaction } from '@hookline/db';
import type { BulkSlice, SliceLimits } from '@hookline/service';
import { sql } from 'drizzle-orm';
import { deleteParkedKeysOf } from '../../sql/delete-parked-keys.ts';
import type { DeliveryKey } from '../../sql/delivery-row.ts';
import { discardDeliveries } from '../../sql/discard-deliveries.ts';
import type { DeliveryBulkTask } from './bulk-task.ts';

type Task = Extract<DeliveryBulkTask, { kind: 'parked_keys' }>;

/**
 * The next parked keys of a task, by endpoint and event. They are found through the endpoints, because no index has them
 * by tenant.
 */
export async function selectParkedKeys(
  tx: Transaction,
  task: Task,
  after: BulkCursor | undefined,
  { scan, take }: SliceLimits,
): Promise<BulkSlice> {
  const { tenant, until, filter } = task;
  const { webhookId, endpointTag, startDate, endDate } = filter;
  const limit = Math.min(scan, take);
  const [beforeEndpoint, beforeEvent] = after ?? [];
  const isAfter =
    beforeEndpoint === undefined || beforeEvent === undefined
      ? sql``
      : sql`and (k.endpoint_id, k.event_id) > (${beforeEndpoint}, ${beforeEvent})`;
  const endpointConditions = [
    sql`p.deleted_at is null`,
    ...(tenant === undefined ? [] : [sql`p.tenant_id = ${tenant}`]),
    ...(webhookId === undefined ? [] : [sql`p.id = ${webhookId}`]),
    ...(endpointTag === undefined ? [] : [sql`p.tags @> array[${endpointTag}::text]`]),
    ...(beforeEndpoint === undefined ? [] : [sql`p.id >= ${beforeEndpoint}`]),
  ];
  const since = startDate === undefined ? sql`` : sql`and k.parked_at >= ${new Date(timestampMs(startDate))}`;
  const before = endDate === undefined ? sql`` : sql`and k.parked_at < ${new Date(timestampMs(endDate))}`;
  const { rows } = await tx.execute<{ eventId: string; endpointId: string }>(sql`
    select k.event_id as "eventId", k.endpoint_id as "endpointId"
    from endpoints p
    cross join lateral (
      select k.event_id, k.endpoint_id from parked_keys k
      where k.endpoint_id = p.id and k.parked_at <= ${until} ${since} ${before} ${isAfter}
      order by k.event_id
      limit ${limit}
    ) k
    where ${sql.join(endpointConditions, sql` and `)}
    order by p.id, k.event_id
    limit ${limit}`);
  const last = rows.at(-1);
  return {
    ids: rows.map(({ eventId, endpointId }) => deliveryId(eventId, endpointId)),
    skips: {},
    scanned: rows.length,
    cursor: last && [last.endpointId, last.eventId],
    isEnd: rows.length < limit,
    change: async () => ({ changed_meanwhile: rows.length - (await changeAll(tx, task, rows)) }),
  };
}

/** @returns the number of parked keys that were changed */
async function changeAll(tx: Transaction, task: Task, keys: readonly DeliveryKey[]): Promise<number> {
  if (task.action === 'release') return await deleteParkedKeysOf(tx, keys);
  const { actor, reason } = task;
  return await discardDeliveries(tx, keys, ['failed'], { by: actor, reason });
}
