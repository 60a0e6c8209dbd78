import type { Database, Transaction } from '@hookline/db';
import { platformWebhooks } from '@hookline/db/scheduler';
import { and, arrayContains, eq, isNull, sql } from 'drizzle-orm';
import type { WatchRow } from './watch-row.ts';

const ALIVE = isNull(platformWebhooks.deletedAt);

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

const MAX_WATCHES = 2_000;

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

/** Creates a watch, or adds the connection to those that need it. */
export async function insertWatch(transaction: Transaction, watch: NewWatch): Promise<void> {
  const { connectionId, resourceName = null, receivingAppId = '' } = watch;
  await transaction.execute(sql`
    insert into platform_webhooks as w (id, tenant_id, platform, watch, resource, resource_name, receiving_app_id,
      connection_ids, connection_id, app_id, account_id, webhook_url, status)
    values (${watch.id}, ${watch.tenantId}, ${watch.platform}, ${watch.watch}, ${watch.resource}, ${resourceName},
      ${receivingAppId}, array[${connectionId}::text], ${connectionId}, ${watch.appId}, ${watch.accountId}, '', 'pending')
    on conflict (user_id, platform, watch, resource, receiving_app_id) where deleted_at is null do update
    set connection_ids = case when ${connectionId} = any (w.connection_ids) then w.connection_ids
          else w.connection_ids || ${connectionId}::text end,
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

/** Changes a watch. @returns undefined if it was deleted meanwhile */
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
      .where(and(eq(platformWebhooks.id, id), ALIVE))
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
): Promise<{ id: string; sourceId: string | null }[]> {
  const { rows } = await database.system<{ id: string; sourceId: string | null }>(
    `select id, source_id as "sourceId" from platform_webhooks
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
