import type { Database, Transaction } from '@hookline/db';
import { platformWebhooks } from '@hookline/db/scheduler';
import { and, arrayContains, eq, isNotNull, or, type SQL, sql } from 'drizzle-orm';
import { textArray } from './text-array.ts';
import type { WatchRow } from './watch-row.ts';
import { MAX_WATCHES, STANDS } from './watch-rows.ts';

/**
 * Takes a connection from a watch, or from all of its watches. One that no other connection needs ends: nothing renews
 * or checks it from now on, and what a registration under way stores later is refused.
 * @param options.handshakes the watches, as "platform watch", whose end is confirmed at their source: it is still needed
 * @returns the watches as they are afterwards; those without a connection are to be stopped at their provider
 */
export async function leaveWatches(
  where: Transaction | Database,
  connectionId: string,
  options: { id?: string; handshakes: readonly string[] },
): Promise<WatchRow[]> {
  const rest = sql`array_remove(${platformWebhooks.connectionIds}, ${connectionId})`;
  const isLast = sql`cardinality(${rest}) = 0`;
  const confirmsEnd = sql`${platformWebhooks.platform} || ' ' || ${platformWebhooks.watch} = any (${textArray(options.handshakes)})`;
  const leave = (transaction: Transaction) =>
    transaction
      .update(platformWebhooks)
      .set({
        connectionIds: rest,
        connectionId: sql`case when ${isLast} then ${connectionId}
          when ${platformWebhooks.connectionId} = ${connectionId} then (${rest})[1] else ${platformWebhooks.connectionId} end`,
        status: sql`case when ${isLast} then 'stopping' else ${platformWebhooks.status} end`,
        active: sql`${platformWebhooks.active} and not ${isLast}`,
        deletedAt: sql`case when ${isLast} and not ${confirmsEnd} then hookline_now() end`,
        updatedAt: sql`hookline_now()`,
      })
      .where(
        and(
          STANDS,
          arrayContains(platformWebhooks.connectionIds, [connectionId]),
          options.id === undefined ? undefined : eq(platformWebhooks.id, options.id),
        ),
      )
      .returning();
  return 'system' in where ? where.withSystem(leave) : leave(where);
}

/**
 * Ends a watch whose end has begun: its provider does not have it any more.
 * @param left it has it all the same, and a person has to remove it
 * @returns false, and changes nothing, if it begins again, or a registration that came late has stored another id
 */
export async function endWatch(
  database: Database,
  { id, webhookId }: Pick<WatchRow, 'id' | 'webhookId'>,
  left?: { reason: 'not_removed'; message: string },
): Promise<boolean> {
  const { rowCount } = await database.system(
    `update platform_webhooks
     set status = 'off', active = false, connection_ids = '{}', reason = $3, message = $4, updated_at = hookline_now(),
       deleted_at = coalesce(deleted_at, hookline_now())
     where id = $1 and webhook_id is not distinct from $2 and status = 'stopping'`,
    [id, webhookId, left?.reason ?? null, left?.message ?? null],
  );
  return rowCount === 1;
}

/** A watch, also one that has ended. */
export async function findAnyWatch(database: Database, id: string): Promise<WatchRow | undefined> {
  const [row] = await list(database, eq(platformWebhooks.id, id));
  return row;
}

/**
 * Stores what a registration got from the provider after the watch had ended here.
 * @returns the watch, which is to be stopped; undefined: its end is not over at its source
 */
export async function storeLateRegistration(
  database: Database,
  id: string,
  webhookId: string | null,
): Promise<WatchRow | undefined> {
  const [row] = await database.withSystem((transaction) =>
    transaction
      .update(platformWebhooks)
      .set({
        webhookId: sql`coalesce(${webhookId}, ${platformWebhooks.webhookId})`,
        registeredAt: sql`coalesce(${platformWebhooks.registeredAt}, hookline_now())`,
        status: 'stopping',
        updatedAt: sql`hookline_now()`,
      })
      .where(and(eq(platformWebhooks.id, id), isNotNull(platformWebhooks.deletedAt)))
      .returning(),
  );
  return row;
}

const LEFT = and(isNotNull(platformWebhooks.deletedAt), eq(platformWebhooks.status, 'stopping'));

/** Watches of a connection that have ended here, and that their provider may still have. */
export function listLeftWatches(database: Database, connectionId: string): Promise<WatchRow[]> {
  return list(database, and(LEFT, eq(platformWebhooks.connectionId, connectionId)));
}

/** Those, and the ones that a person has to remove. */
export function listRemainingWatches(database: Database, connectionId: string): Promise<WatchRow[]> {
  const given = and(isNotNull(platformWebhooks.deletedAt), eq(platformWebhooks.reason, 'not_removed'));
  return list(database, and(or(LEFT, given), eq(platformWebhooks.connectionId, connectionId)));
}

function list(database: Database, condition: SQL | undefined): Promise<WatchRow[]> {
  return database.withSystem((transaction) =>
    transaction
      .select()
      .from(platformWebhooks)
      .where(condition)
      .orderBy(platformWebhooks.id)
      .limit(MAX_WATCHES),
  );
}

/** A try to stop a watch at its provider has failed. @returns whether it is the first one */
export async function noteNotStopped(database: Database, id: string, message: string): Promise<boolean> {
  const { rows } = await database.system<{ isFirst: boolean }>(
    `update platform_webhooks w set reason = 'not_stopped', message = $2, updated_at = hookline_now()
     from (select id, reason from platform_webhooks where id = $1 for update) before
     where w.id = before.id and w.deleted_at is not null and w.status = 'stopping'
     returning before.reason is distinct from 'not_stopped' as "isFirst"`,
    [id, message],
  );
  return rows[0]?.isFirst ?? false;
}

/** The source of an ended watch is removed. */
export async function forgetSource(database: Database, id: string): Promise<void> {
  await database.system('update platform_webhooks set source_id = null where id = $1', [id]);
}

/** Sources of watches that have ended here: they still receive pushes. */
export async function listLeftSources(database: Database): Promise<{ id: string; sourceId: string }[]> {
  const { rows } = await database.system<{ id: string; sourceId: string }>(
    `select id, source_id as "sourceId" from platform_webhooks
     where deleted_at is not null and status = 'stopping' and source_id is not null limit 500`,
  );
  return rows;
}

/** Watches that their provider may still have, although it was tried to stop them for so long. */
export async function listAbandonedWatches(
  database: Database,
  olderThanSeconds: number,
): Promise<WatchRow[]> {
  return await list(
    database,
    and(
      LEFT,
      sql`${platformWebhooks.deletedAt} < hookline_now() - make_interval(secs => ${olderThanSeconds})`,
      // Their grant is still to be revoked, and they are tried with it.
      sql`not exists (select from grant_revocations r where r.connection_id = platform_webhooks.connection_id)`,
    ),
  );
}
