import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { CONNECTION_RESTS, PAUSED_FOR_APP, STATUS_TRANSITIONS } from '../status/decide-status.ts';

/** The statuses to which a fault of the application adds a reason to pause, as the table of transitions says. */
const PAUSED_FROM = Object.entries(STATUS_TRANSITIONS)
  .filter(([, transitions]) => transitions.app_faulty !== undefined)
  .map(([status]) => status);

const statuses = sql.join(
  PAUSED_FROM.map((status) => sql`${status}`),
  sql`, `,
);

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
  await transaction.execute(sql`
    update connection_tokens t set refresh_due_at = null
    from connections c
    where c.app_id = ${appId} and c.id = t.connection_id
      and (t.lease_until is null or t.lease_until <= hookline_now())
      and (t.connection_id, t.kind) <> (${except.connectionId}, ${except.kind})`);
  await transaction.execute(sql`
    update connection_tasks t set paused_reason = ${CONNECTION_RESTS}
    from connections c
    where c.app_id = ${appId} and c.deleted_at is null and c.status in (${statuses})
      and t.connection_id = c.id and t.paused_reason is null`);
  const { rows } = await transaction.execute(sql`
    with before as (
      select id, status = 'paused' as rested from connections
      where app_id = ${appId} and deleted_at is null and status in (${statuses})
        and not ${PAUSED_FOR_APP} = any(pauses)
      for update
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
  await transaction.execute(sql`
    update connection_tokens t
    set refresh_due_at = least(
      coalesce(t.refresh_due_at, 'infinity'),
      hookline_now() + make_interval(secs => abs(hashtext(t.connection_id || t.kind)::bigint) % ${SPREAD_SECONDS}))
    from connections c
    where c.app_id = ${appId} and c.deleted_at is null and c.id = t.connection_id
      and c.status not in ('needs_reauth', 'revoked')
      and t.refresh_sealed is not null
      and (t.refresh_due_at is null or ${PAUSED_FOR_APP} = any(c.pauses))`);
  await transaction.execute(sql`
    update connection_tasks t
    set paused_reason = null, done = 0, counted_at = hookline_now(), failures = 0,
        due_at = hookline_now() + make_interval(secs => least(t.interval_seconds, ${SPREAD_SECONDS}::float8) * t.phase)
    from connections c
    where c.app_id = ${appId} and c.deleted_at is null and c.status = 'paused'
      and c.pauses = array[${PAUSED_FOR_APP}::text] and t.connection_id = c.id and t.paused_reason = ${CONNECTION_RESTS}`);
  const { rows } = await transaction.execute(sql`
    with others as (
      select id, array_remove(pauses, ${PAUSED_FOR_APP}) as left_over from connections
      where app_id = ${appId} and deleted_at is null and status = 'paused' and ${PAUSED_FOR_APP} = any(pauses)
      for update
    )
    update connections c
    set status = case when left_over = '{}' then 'connected' else 'paused' end, reason = left_over[1],
        pauses = left_over, since = case when left_over = '{}' then hookline_now() else since end,
        updated_at = hookline_now()
    from others where c.id = others.id
    returning c.status`);
  return (rows as { status: string }[]).filter(({ status }) => status === 'connected').length;
}
