import { deliveryId, timestampMs } from '@hookline/contracts';
import type { BulkCursor, Transaction } from '@hookline/db';
import { type BulkSlice, endOfSlice, type SliceLimits } from '@hookline/service';
import { type SQL, sql } from 'drizzle-orm';
import { matchesTypePatterns } from '../../endpoints/type-pattern.ts';
import type { DeliveryKey } from '../../sql/delivery-row.ts';
import { discardDeliveries } from '../../sql/discard-deliveries.ts';
import { endpointHasTag } from '../../sql/endpoint-has-tag.ts';
import { type DeliveryScan, scanDeliveries } from '../../sql/scan-deliveries.ts';
import type { DeliveryBulkTask } from './bulk-task.ts';

type Task = Extract<DeliveryBulkTask, { kind: 'deliveries' | 'dead_letters' }>;

/**
 * The next deliveries of a task that discards deliveries. A bounded number of keys is read in the order of an index, and
 * only then filtered, so that a part takes no longer if few deliveries match.
 */
export async function selectDeliveries(
  tx: Transaction,
  task: Task,
  after: BulkCursor | undefined,
  { scan, take }: SliceLimits,
): Promise<BulkSlice> {
  const [eventId, endpointId] = after ?? [];
  const before = eventId === undefined || endpointId === undefined ? undefined : { eventId, endpointId };
  const conditions = conditionsOf(task);
  // Without such a condition every row that is read is selected.
  const limit = conditions.length === 0 ? Math.min(scan, take) : scan;
  const { rows } = await tx.execute(sql`
    with scanned as materialized (${scanDeliveries(scanOf(task), before, limit)}),
    chosen as materialized (
      select s.event_id, s.endpoint_id from scanned s
      ${conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``}
      order by s.event_id, s.endpoint_id
      limit ${take}
    )
    select (select count(*)::integer from scanned) as scanned,
           (select json_build_object('eventId', event_id, 'endpointId', endpoint_id) from scanned
            order by event_id desc, endpoint_id desc limit 1) as last,
           (select coalesce(json_agg(json_build_object('eventId', event_id, 'endpointId', endpoint_id)
              order by event_id, endpoint_id), '[]') from chosen) as keys`);
  const found = rows[0] as unknown as { scanned: number; last: DeliveryKey | null; keys: DeliveryKey[] };
  const { keys, scanned } = found;
  const { last, isEnd } = endOfSlice(keys, found, { scan: limit, take });
  return {
    ids: keys.map((key) => deliveryId(key.eventId, key.endpointId)),
    skips: {},
    scanned,
    cursor: last && [last.eventId, last.endpointId],
    isEnd,
    async change() {
      const { actor, reason } = task;
      const changed = await discardDeliveries(tx, keys, changedStatusesOf(task), { by: actor, reason });
      return { changed_meanwhile: keys.length - changed };
    },
  };
}

function statusesOf(task: Task): DeliveryScan['statuses'] {
  if (task.kind === 'dead_letters') return ['failed'];
  return task.filter.status === undefined ? ['pending', 'retrying'] : [task.filter.status];
}

/** An open delivery may have been claimed since it was selected. It is cancelled in flight, as by a call for it alone. */
const changedStatusesOf = (task: Task) =>
  task.kind === 'deliveries' && task.filter.status === undefined
    ? ([...statusesOf(task), 'sending'] as const)
    : statusesOf(task);

function scanOf(task: Task): DeliveryScan {
  const { tenant, until, filter } = task;
  const { webhookId, errorCode, startDate, endDate } = filter;
  return {
    tenant,
    statuses: statusesOf(task),
    webhookId,
    errorCode,
    start: startDate === undefined ? undefined : new Date(timestampMs(startDate)),
    end: endDate === undefined ? undefined : new Date(timestampMs(endDate)),
    until,
  };
}

/** What no index serves. */
function conditionsOf({ filter: { eventType, endpointTag } }: Task): SQL[] {
  return [
    ...(eventType === undefined ? [] : [matchesTypePatterns(sql`s.type`, [eventType])]),
    ...(endpointTag === undefined ? [] : [endpointHasTag(sql`s.endpoint_id`, endpointTag)]),
  ];
}
