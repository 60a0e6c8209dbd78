import { rowSet, type Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { CONNECTION_RESTS, RESTING_STATUSES } from '../status/decide-status.ts';
import { textArray } from './text-array.ts';

const tasks = rowSet({
  id: 'text',
  connection_id: 'text',
  tenant_id: 'text',
  app_id: 'text',
  kind: 'text',
  name: 'text',
  resource: 'text',
  resource_name: 'text?',
  interval_seconds: 'integer',
  phase: 'float8',
  loses_after_seconds: 'integer?',
  /** A literal of an array. */
  quota_keys: 'text',
  quota_cost: 'integer',
  due_at: 'timestamptz',
  paused_reason: 'text?',
  /** JSON. */
  cursor: 'text',
});

export type TaskRow = Parameters<typeof tasks.values>[0][number];

/** Reasons that the provider's definition and the connection's settings decide. */
const DECIDED_HERE = textArray(['missing_scope', 'not_selected', 'gone']);

/**
 * Creates tasks of a connection, or changes what their provider's definition and the connection's settings decide.
 * Cursors, phases and due times stay. A task whose interval changed is due at its next point of the new grid, or earlier.
 * A new task of a connection that rests rests with it, and a connection that is deleted gets none. Its row is locked,
 * because a run under way may create tasks while the connection is paused or deleted.
 */
export async function ensureTaskRows(
  transaction: Transaction,
  connectionId: string,
  rows: readonly TaskRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await transaction.execute(sql`
    with owner as (
      select id, deleted_at, status = any (${textArray(RESTING_STATUSES)}) as rests
      from connections where id = ${connectionId} for share
    )
    insert into connection_tasks as t (id, connection_id, tenant_id, app_id, kind, name, resource, resource_name,
      interval_seconds, phase, loses_after_seconds, quota_keys, quota_cost, due_at, paused_reason, cursor)
    select n.id, connection_id, tenant_id, app_id, kind, name, resource, resource_name, interval_seconds, phase,
      loses_after_seconds, quota_keys::text[], quota_cost, due_at,
      coalesce(paused_reason, case when owner.rests then ${CONNECTION_RESTS} end), cursor::jsonb
    from ${tasks.unnestRows(rows, 'n')} left join owner on owner.id = n.connection_id
    where owner.deleted_at is null
    on conflict (connection_id, kind, name, resource) do update
    set resource_name = coalesce(excluded.resource_name, t.resource_name),
        interval_seconds = excluded.interval_seconds,
        loses_after_seconds = excluded.loses_after_seconds, quota_keys = excluded.quota_keys,
        quota_cost = excluded.quota_cost, app_id = excluded.app_id,
        done = case when t.interval_seconds = excluded.interval_seconds then t.done else 0 end,
        counted_at = case when t.interval_seconds = excluded.interval_seconds then t.counted_at else hookline_now() end,
        paused_reason = case when t.paused_reason is null or t.paused_reason = any (${DECIDED_HERE})
          then excluded.paused_reason else t.paused_reason end,
        due_at = case
          when t.paused_reason = any (${DECIDED_HERE}) and excluded.paused_reason is null
            then hookline_now()
          when t.lease_id is null and t.interval_seconds <> excluded.interval_seconds
            then least(t.due_at, hookline_now()
              + make_interval(secs => excluded.interval_seconds * t.phase)) else t.due_at end`);
}
