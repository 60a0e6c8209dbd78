import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import {
  CONNECTION_RESTS,
  ENDED_STATUSES,
  PAUSED_FOR_APP,
  RESTING_STATUSES,
} from '../status/decide-status.ts';
import { workingStatusOf } from './working-status.ts';

const listOf = (statuses: readonly string[]) =>
  sql.join(
    statuses.map((status) => sql`${status}`),
    sql`, `,
  );
const ENDED = listOf(ENDED_STATUSES);
const RESTING = listOf(RESTING_STATUSES);

/** As each transaction that changes a connection: first the connection, then its tokens and its tasks. */
async function lockConnectionsOf(transaction: Transaction, appId: string): Promise<void> {
  await transaction.execute(sql`
    select from connections where app_id = ${appId} and deleted_at is null order by id for update`);
}

/**
 * Pauses all connections of a faulty application, and refreshes none of their tokens. Exchanges under way record their
 * own failures.
 * @param except this token stays due
 * @returns how many connections are paused now that were not before
 */
export async function pauseForApp(
  transaction: Transaction,
  appId: string,
  except: { connectionId: string; kind: string },
): Promise<number> {
  await lockConnectionsOf(transaction, appId);
  await transaction.execute(sql`
    update connection_tokens t set refresh_due_at = null
    from connections c
    where c.app_id = ${appId} and c.id = t.connection_id
      and (t.lease_until is null or t.lease_until <= hookline_now())
      and (t.connection_id, t.kind) <> (${except.connectionId}, ${except.kind})`);
  await transaction.execute(sql`
    update connection_tasks t set paused_reason = ${CONNECTION_RESTS}
    from connections c
    where c.app_id = ${appId} and c.deleted_at is null and c.status not in (${ENDED})
      and t.connection_id = c.id and t.paused_reason is null`);
  const { rows } = await transaction.execute(sql`
    with before as (
      select id, status = 'paused' as rested from connections
      where app_id = ${appId} and deleted_at is null and status not in (${ENDED})
        and not ${PAUSED_FOR_APP} = any(pauses)
    )
    update connections c
    set status = 'paused', reason = coalesce(pauses[1], ${PAUSED_FOR_APP}), pauses = pauses || ${PAUSED_FOR_APP}::text,
        since = case when rested then since else hookline_now() end, updated_at = hookline_now()
    from before where c.id = before.id
    returning rested`);
  return (rows as { rested: boolean }[]).filter(({ rested }) => !rested).length;
}

/** How long the refreshes of connections that continue are spread over. */
const SPREAD_SECONDS = 300;

/**
 * Continues the connections that were paused for the application alone; others rest for their other reasons. Their
 * tokens are due within some minutes, each at a time of its own; also the one that noticed the fault, and was to try the
 * application again later. @returns how many connections
 */
export async function resumeForApp(transaction: Transaction, appId: string): Promise<number> {
  await lockConnectionsOf(transaction, appId);
  await transaction.execute(sql`
    update connection_tokens t
    set refresh_due_at = least(
      coalesce(t.refresh_due_at, 'infinity'),
      hookline_now() + make_interval(secs => abs(hashtext(t.connection_id || t.kind)::bigint) % ${SPREAD_SECONDS}))
    from connections c
    where c.app_id = ${appId} and c.deleted_at is null and c.id = t.connection_id
      and c.status not in (${ENDED})
      and t.refresh_sealed is not null
      and (t.refresh_due_at is null or ${PAUSED_FOR_APP} = any(c.pauses))`);
  const { rows } = await transaction.execute(sql`
    with others as (
      select id, array_remove(pauses, ${PAUSED_FOR_APP}) as left_over from connections
      where app_id = ${appId} and deleted_at is null and status = 'paused' and ${PAUSED_FOR_APP} = any(pauses)
    )
    update connections c
    set status = case when left_over = '{}' then w.status else 'paused' end,
        reason = case when left_over = '{}' then w.reason else left_over[1] end,
        pauses = left_over, since = case when left_over = '{}' then hookline_now() else since end,
        updated_at = hookline_now()
    from others cross join lateral ${sql.raw(workingStatusOf('others.id'))} w
    where c.id = others.id
    returning c.status`);
  await transaction.execute(sql`
    update connection_tasks t
    set paused_reason = null, done = 0, counted_at = hookline_now(), failures = 0,
        due_at = hookline_now() + make_interval(secs => least(t.interval_seconds, ${SPREAD_SECONDS}::float8) * t.phase)
    from connections c
    where c.app_id = ${appId} and c.deleted_at is null and c.status not in (${RESTING})
      and t.connection_id = c.id and t.paused_reason = ${CONNECTION_RESTS}`);
  return (rows as { status: string }[]).filter(({ status }) => status !== 'paused').length;
}
