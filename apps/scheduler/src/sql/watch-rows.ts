import type { Database, Transaction } from '@hookline/db';
import { platformWebhooks } from '@hookline/db/scheduler';
import { and, arrayContains, eq, isNull, ne, sql } from 'drizzle-orm';
import type { WatchRow } from './watch-row.ts';

const ALIVE = isNull(platformWebhooks.deletedAt);
/** Its end has not begun. */
export const STANDS = and(ALIVE, ne(platformWebhooks.status, 'stopping'));

/** The watch of a resource that a connection needs. */
export function findWatch(
  database: Database,
  connectionId: string,
  watch: string,
  resource: string,
): Promise<WatchRow | undefined> {
  return findOne(
    database,
    and(
      ALIVE,
      arrayContains(platformWebhooks.connectionIds, [connectionId]),
      eq(platformWebhooks.watch, watch),
      eq(platformWebhooks.resource, resource),
    ),
  );
}

export function findWatchOfSource(database: Database, sourceId: string): Promise<WatchRow | undefined> {
  return findOne(database, and(ALIVE, eq(platformWebhooks.sourceId, sourceId)));
}

async function findOne(database: Database, condition: ReturnType<typeof and>): Promise<WatchRow | undefined> {
  const [row] = await database.withSystem((transaction) =>
    transaction.select().from(platformWebhooks).where(condition).limit(1),
  );
  return row;
}

/** The most that are looked at together. */
export const MAX_WATCHES = 2_000;

/** All watches that a connection needs, by their ids. */
export function listWatchesOf(where: Transaction | Database, connectionId: string): Promise<WatchRow[]> {
  const list = (transaction: Transaction) =>
    transaction
      .select()
      .from(platformWebhooks)
      .where(and(ALIVE, arrayContains(platformWebhooks.connectionIds, [connectionId])))
      .orderBy(platformWebhooks.id)
      .limit(MAX_WATCHES);
  return 'system' in where ? where.withSystem(list) : list(where);
}

export type NewWatch = Pick<
  typeof platformWebhooks.$inferInsert,
  | 'id'
  | 'tenantId'
  | 'platform'
  | 'watch'
  | 'resource'
  | 'resourceName'
  | 'receivingAppId'
  | 'connectionId'
  | 'appId'
  | 'accountId'
>;

/**
 * Creates a watch, or adds the connection to those that need it. A watch whose end has begun begins again. A connection
 * that is deleted gets none: its row is locked, because a run under way may look for resources while it is deleted.
 */
export async function insertWatch(transaction: Transaction, watch: NewWatch): Promise<void> {
  const { connectionId, resourceName = null, receivingAppId = '' } = watch;
  const ends = sql`w.status = 'stopping'`;
  await transaction.execute(sql`
    with owner as (select id from connections where id = ${connectionId} and deleted_at is null for share)
    insert into platform_webhooks as w (id, tenant_id, platform, watch, resource, resource_name, receiving_app_id,
      connection_ids, connection_id, app_id, account_id, webhook_url, status, active)
    select ${watch.id}, ${watch.tenantId}, ${watch.platform}, ${watch.watch}, ${watch.resource}, ${resourceName}::text,
      ${receivingAppId}, array[owner.id], owner.id, ${watch.appId}, ${watch.accountId}, '', 'pending', false
    from owner
    on conflict (user_id, platform, watch, resource, receiving_app_id) where deleted_at is null do update
    set connection_ids = case when ${ends} then excluded.connection_ids
          when ${connectionId} = any (w.connection_ids) then w.connection_ids
          else w.connection_ids || excluded.connection_ids end,
        connection_id = case when ${ends} then excluded.connection_id else w.connection_id end,
        app_id = case when ${ends} then excluded.app_id else w.app_id end,
        account_id = case when ${ends} then excluded.account_id else w.account_id end,
        registered_at = case when ${ends} then null else w.registered_at end,
        failures = case when ${ends} then 0 else w.failures end,
        status = case when ${ends} then 'pending' else w.status end,
        resource_name = coalesce(excluded.resource_name, w.resource_name)`);
}

export type WatchChange = Partial<
  Pick<
    WatchRow,
    | 'resourceName'
    | 'connectionIds'
    | 'connectionId'
    | 'webhookId'
    | 'webhookUrl'
    | 'events'
    | 'metadata'
    | 'active'
    | 'sourceId'
    | 'secretSealed'
    | 'secretVersion'
    | 'status'
    | 'reason'
    | 'message'
    | 'failures'
    | 'expiresAt'
    | 'registeredAt'
  >
> & {
  /** Set to the database's time. */
  now?: readonly ('registeredAt' | 'verifiedAt' | 'lastCheckedAt' | 'deletedAt')[];
  /** Sets the end to so many seconds from the database's time. */
  expiresInSeconds?: number;
};

/** Changes a watch. @returns undefined, and changes nothing, if its end has begun meanwhile */
export async function updateWatch(
  where: Transaction | Database,
  id: string,
  { now = [], expiresInSeconds, ...change }: WatchChange,
): Promise<WatchRow | undefined> {
  const time = sql`hookline_now()`;
  const update = async (transaction: Transaction) => {
    const [row] = await transaction
      .update(platformWebhooks)
      .set({
        ...change,
        updatedAt: time,
        ...Object.fromEntries(now.map((name) => [name, time])),
        ...(expiresInSeconds !== undefined && {
          expiresAt: sql`hookline_now() + make_interval(secs => ${expiresInSeconds})`,
        }),
      })
      .where(and(eq(platformWebhooks.id, id), STANDS))
      .returning();
    return row;
  };
  return 'system' in where ? where.withSystem(update) : update(where);
}

/** How many other watches, of whichever tenant, rest on the same subscription at the provider. */
export async function countSharedWatches(database: Database, watch: WatchRow): Promise<number> {
  const { rows } = await database.system<{ count: number }>(
    `select count(*)::integer as count from platform_webhooks
     where app_id = $1 and account_id = $2 and platform = $3 and watch = $4 and resource = $5 and id <> $6
       and status <> 'stopping' and deleted_at is null`,
    [watch.appId, watch.accountId, watch.platform, watch.watch, watch.resource, watch.id],
  );
  return rows[0]?.count ?? 0;
}

/** Watches whose end the provider has not confirmed in time. */
export async function listStoppingWatches(
  database: Database,
  olderThanSeconds: number,
): Promise<Pick<WatchRow, 'id' | 'webhookId' | 'sourceId'>[]> {
  const { rows } = await database.system<Pick<WatchRow, 'id' | 'webhookId' | 'sourceId'>>(
    `select id, webhook_id as "webhookId", source_id as "sourceId" from platform_webhooks
     where status = 'stopping' and deleted_at is null
       and updated_at < hookline_now() - make_interval(secs => $1)
     order by updated_at limit 500`,
    [olderThanSeconds],
  );
  return rows;
}

/** A push to an application shows that the watches of these connections by that application work. */
export async function verifyAppWatches(
  database: Database,
  connectionIds: readonly string[],
): Promise<{ connectionId: string }[]> {
  const { rows } = await database.system<{ connectionId: string }>(
    `update platform_webhooks
     set status = 'verified', reason = null, message = null, verified_at = hookline_now(), updated_at = hookline_now()
     where connection_ids && $1 and receiving_app_id <> '' and status in ('pending', 'unverified')
       and registered_at is not null and deleted_at is null
     returning connection_id as "connectionId"`,
    [connectionIds],
  );
  return rows;
}
