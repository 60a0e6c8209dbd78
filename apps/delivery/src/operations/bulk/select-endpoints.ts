import type { BulkCursor, Transaction } from '@hookline/db';
import { type BulkSlice, endOfSlice, type SliceLimits } from '@hookline/service';
import { type SQL, sql } from 'drizzle-orm';
import { announceEnabled } from '../../endpoints/announcements/announce-enabled.ts';
import { hostOfUrl } from '../../sql/host-of-url.ts';
import { insertAnnouncements } from '../../sql/insert-announcements.ts';
import { lockSwitchedEndpoints, switchEndpoints } from '../../sql/switch-endpoints.ts';
import type { DeliveryBulkTask } from './bulk-task.ts';

type Task = Extract<DeliveryBulkTask, { kind: 'endpoints' }>;

/** The next endpoints of a task that switches endpoints on or off, oldest first. */
export async function selectEndpoints(
  tx: Transaction,
  task: Task,
  after: BulkCursor | undefined,
  { scan, take }: SliceLimits,
): Promise<BulkSlice> {
  const { tenant, until } = task;
  const active = task.action === 'enable';
  const [before] = after ?? [];
  const { rows } = await tx.execute(sql`
    with scanned as materialized (
      select p.id, p.active, p.tags, p.url, p.disabled_at
      from endpoints p
      where p.deleted_at is null and p.created_at <= ${until}
        ${tenant === undefined ? sql`` : sql`and p.tenant_id = ${tenant}`}
        ${before === undefined ? sql`` : sql`and p.id > ${before}`}
      order by p.id
      limit ${scan}
    ), chosen as materialized (
      select s.id, s.active from scanned s
      where ${sql.join([sql`true`, ...conditionsOf(task)], sql` and `)}
      order by s.id
      limit ${take}
    )
    select (select count(*)::integer from scanned) as scanned, (select max(id) from scanned) as last,
           (select coalesce(json_agg(json_build_object('id', id, 'active', active) order by id), '[]')
            from chosen) as chosen`);
  const found = rows[0] as unknown as {
    scanned: number;
    last: string | null;
    chosen: { id: string; active: boolean }[];
  };
  const { chosen, scanned } = found;
  const { last, isEnd } = endOfSlice(
    chosen.map(({ id }) => id),
    found,
    { scan, take },
  );
  const ids = chosen.filter((endpoint) => endpoint.active !== active).map(({ id }) => id);
  return {
    ids,
    skips: { unchanged: chosen.length - ids.length },
    scanned,
    cursor: last === undefined ? undefined : [last],
    isEnd,
    change: async () => ({ changed_meanwhile: ids.length - (await switchAll(tx, ids, active)) }),
  };
}

/** @returns the number of endpoints that were switched */
async function switchAll(tx: Transaction, ids: readonly string[], active: boolean): Promise<number> {
  if (ids.length === 0) return 0;
  const locked = await lockSwitchedEndpoints(tx, ids, !active);
  if (locked.length === 0) return 0;
  const switched = await switchEndpoints(
    tx,
    locked.map(({ id }) => id),
    active,
  );
  const disabled = new Set(locked.filter(({ disabledAt }) => disabledAt !== null).map(({ id }) => id));
  if (active) {
    const announced = switched.filter(({ id }) => disabled.has(id)).map(announceEnabled);
    await insertAnnouncements(tx, announced);
  }
  return switched.length;
}

function conditionsOf({ filter: { active, tag, host, failing, webhookIds } }: Task): SQL[] {
  const conditions: SQL[] = [];
  if (active !== undefined) conditions.push(sql`s.active = ${active}`);
  if (tag !== undefined) conditions.push(sql`s.tags @> array[${tag}::text]`);
  if (host !== undefined) conditions.push(sql`${hostOfUrl(sql`s.url`)} = lower(${host}::text)`);
  if (failing !== undefined) {
    const isFailing = sql`(s.disabled_at is not null or exists (
      select from endpoint_failures f where f.endpoint_id = s.id))`;
    conditions.push(failing ? isFailing : sql`not ${isFailing}`);
  }
  if (webhookIds !== undefined) {
    const wanted = sql.join(
      webhookIds.map((id) => sql`${id}`),
      sql`, `,
    );
    conditions.push(sql`s.id in (${wanted})`);
  }
  return conditions;
}
