import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { LASTING_FAULTS } from '../facts/lasting-faults.ts';
import { APP_NOT_INSTALLED, RESTING_STATUSES, type WorkingStatus } from '../status/decide-status.ts';
import { MANY_FAILURES, PAUSED_FOR_SCOPE } from '../tasks/task.ts';
import { SHORT_LIFE_SECONDS } from '../tokens/refresh-due.ts';
import { textList } from './text-list.ts';

/**
 * A subquery with the columns `status` and `reason`: what the tokens, the polls and the watches of a connection give it
 * for a status, if it is not paused and needs no new consent. The worst fault is the reason.
 * @param id an expression for the id of the connection
 */
export const workingStatusOf = (id: string): string => `(
  select case when f.refreshing is not null then 'refreshing' when f.degraded is not null then 'degraded'
              else 'connected' end as status,
         coalesce(f.refreshing, f.degraded) as reason
  from (select
    (select t.failure_reason from connection_tokens t
     where t.connection_id = ${id} and t.failure_reason is not null
     order by t.first_failed_at, t.kind limit 1) as refreshing,
    case
      when exists (select from connection_tasks t
        where t.connection_id = ${id} and t.kind = 'routes' and t.cursor->>'lacksNeeded' = 'true')
        then '${APP_NOT_INSTALLED}'
      when exists (select from connection_tokens t
        where t.connection_id = ${id} and t.expires_at is not null and t.refresh_sealed is null)
        then 'no_refresh_token'
      when exists (select from connection_tasks t
        where t.connection_id = ${id} and t.paused_reason = '${PAUSED_FOR_SCOPE}')
        then '${PAUSED_FOR_SCOPE}'
      when exists (select from connection_tasks t
        where t.connection_id = ${id} and t.kind = 'resources' and jsonb_array_length(t.cursor->'unknown') > 0)
        then 'resources_not_found'
      when exists (select from platform_webhooks w
        where w.connection_ids @> array[${id} collate "default"] and w.deleted_at is null
          and (w.status = 'unverified' or w.failures > 1
            or (w.status = 'failing' and w.failures = 0 and w.reason is distinct from '${PAUSED_FOR_SCOPE}')
            or (w.failures = 1 and w.reason in (${textList(LASTING_FAULTS)}))))
        then 'watch_failing'
      when exists (select from connection_tasks t
        where t.connection_id = ${id} and t.kind in ('poll', 'resources') and t.paused_reason is null
          and t.failures >= ${MANY_FAILURES})
        then 'poll_failing'
      when exists (select from connection_tokens t
        where t.connection_id = ${id} and t.refresh_sealed is not null and t.life_seconds < ${SHORT_LIFE_SECONDS})
        then 'short_lived_token'
    end as degraded) f)`;

/** The status that the stored facts give a connection. The connection must be locked. */
export async function readWorkingStatus(
  transaction: Transaction,
  connectionId: string,
): Promise<WorkingStatus> {
  const { rows } = await transaction.execute(sql`
    select w.status, w.reason from connections c cross join lateral ${sql.raw(workingStatusOf('c.id'))} w
    where c.id = ${connectionId}`);
  return rows[0] as unknown as WorkingStatus;
}

/**
 * Connections whose status is not the one that the facts give them, among so many from an id on: a process may have
 * ended between a change of a fact and the change of the status.
 * @returns `lastId`: where to go on; undefined: all were looked at
 */
export async function listStaleStatuses(
  transaction: Transaction,
  afterId: string,
  limit: number,
): Promise<{ ids: string[]; lastId: string | undefined }> {
  const { rows } = await transaction.execute(sql`
    with looked_at as (
      select id, status, reason from connections where id > ${afterId} and deleted_at is null order by id limit ${limit}
    )
    select count(*)::integer as count, max(c.id) as "lastId",
      coalesce(array_agg(c.id) filter (where c.status not in (${sql.raw(textList(RESTING_STATUSES))})
        and (c.status, c.reason) is distinct from (w.status, w.reason)), '{}') as ids
    from looked_at c cross join lateral ${sql.raw(workingStatusOf('c.id'))} w`);
  const [row] = rows as unknown as { count: number; lastId: string | null; ids: string[] }[];
  return { ids: row?.ids ?? [], lastId: row?.count === limit ? (row.lastId ?? undefined) : undefined };
}
