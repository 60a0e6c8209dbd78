import { timestampMs } from '@hookline/contracts';
import type { BulkCursor, Transaction } from '@hookline/db';
import { type BulkSlice, endOfSlice, type SliceLimits } from '@hookline/service';
import { sql } from 'drizzle-orm';
import { matchesEvent } from '../../sql/event-filter.ts';
import { lockEvents } from '../../sql/lock-events.ts';
import { scanRange } from '../../sql/scan-range.ts';
import { removeEvents } from '../events/remove-events.ts';
import type { DeliveryBulkTask } from './bulk-task.ts';

type Task = Extract<DeliveryBulkTask, { kind: 'events' }>;

/** The next events of a task that deletes events, oldest first. A bounded number is read, and only then filtered. */
export async function selectEvents(
  tx: Transaction,
  task: Task,
  after: BulkCursor | undefined,
  { scan, take }: SliceLimits,
): Promise<BulkSlice> {
  const { tenant, until, filter, actor } = task;
  const { startDate, endDate, ...rest } = filter;
  const [before] = after ?? [];
  const range = {
    start: startDate === undefined ? undefined : new Date(timestampMs(startDate)),
    end: endDate === undefined ? undefined : new Date(timestampMs(endDate)),
    until,
  };
  const conditions = scanRange(range, before, sql`e.id`, sql`e.created_at`);
  if (tenant !== undefined) conditions.push(sql`e.tenant_id = ${tenant}`);
  if (before !== undefined) conditions.push(sql`e.id > ${before}`);
  const matching = matchesEvent(SCANNED, { ...rest, tenant });
  const { rows } = await tx.execute(sql`
    with scanned as materialized (
      select e.id, e.created_at, e.deleted_at, e.type, e.provider, e.repository, e.action, e.subject, e.source
      from events e
      where ${sql.join(conditions, sql` and `)}
      order by e.id
      limit ${scan}
    ), chosen as materialized (
      select s.id, exists (
        select from deliveries d
        where d.event_id = s.id and d.created_at = s.created_at and d.status in ('pending', 'sending', 'retrying')
      ) as is_open
      from scanned s
      where s.deleted_at is null ${matching === undefined ? sql`` : sql`and ${matching}`}
      order by s.id
      limit ${take}
    )
    select (select count(*)::integer from scanned) as scanned, (select max(id) from scanned) as last,
           (select coalesce(json_agg(json_build_object('id', id, 'isOpen', is_open) order by id), '[]')
            from chosen) as chosen`);
  const found = rows[0] as unknown as {
    scanned: number;
    last: string | null;
    chosen: { id: string; isOpen: boolean }[];
  };
  const { chosen, scanned } = found;
  const { last, isEnd } = endOfSlice(
    chosen.map(({ id }) => id),
    found,
    { scan, take },
  );
  const ids = chosen.filter(({ isOpen }) => !isOpen).map(({ id }) => id);
  return {
    ids,
    skips: { deliveries_open: chosen.length - ids.length },
    scanned,
    cursor: last === undefined ? undefined : [last],
    isEnd,
    async change() {
      const events = await lockEvents(tx, ids);
      const removed = await removeEvents(tx, events, actor);
      return {
        changed_meanwhile: ids.length - events.length,
        deliveries_open: events.length - removed.length,
      };
    },
  };
}

/** The columns of `scanned`. */
const SCANNED = {
  id: sql`s.id`,
  createdAt: sql`s.created_at`,
  type: sql`s.type`,
  provider: sql`s.provider`,
  repository: sql`s.repository`,
  action: sql`s.action`,
  subject: sql`s.subject`,
  source: sql`s.source`,
};
