import type { Database } from '@hookline/db';
import type { ReplicaShare } from '../../pipeline/lanes/rate-limiter.ts';

export interface ReplicaTimeouts {
  /** A replica without a heartbeat for this time has no share. */
  silentAfterSeconds: number;
  /** A replica without a heartbeat for this time is dead. */
  goneAfterSeconds: number;
}

export interface HeartbeatAnswer {
  share: ReplicaShare;
  /** False at the first heartbeat, and after another replica has removed this one. */
  known: boolean;
  /** Whether another replica is dead and may be removed (see endLeases). */
  missesSome: boolean;
  /** The database's clock, in ms since 1970. */
  databaseMs: number;
}

/**
 * Records that a replica is running and which version of the catalog it uses, and counts all replicas, in one
 * statement. The statement does not see the replica's own row if the row is new, so it counts the others and adds one.
 * While another replica removes the row, the statement waits for the end of the removal.
 */
const NOTE = `
with known as (
  select since, seen_at >= now() - $2 * interval '1 second' as is_heard from delivery_replicas where id = $1
), noted as (
  insert into delivery_replicas (id, seen_at, since, catalog_version) values ($1, now(), now(), $4)
  on conflict (id) do update
  set seen_at = excluded.seen_at, catalog_version = excluded.catalog_version,
      since = coalesce((select since from known where is_heard), excluded.since)
  returning xmax <> 0 as is_update
)
select count(*) filter (where id < $1 and is_there)::integer as index,
       count(*) filter (where is_there)::integer + 1 as count,
       (select is_update from noted) as known,
       coalesce(bool_or(seen_at < now() - $3 * interval '1 second'), false) as "missesSome",
       extract(epoch from clock_timestamp())::float8 * 1000 as "databaseMs"
from (
  select id, seen_at, seen_at >= now() - $2 * interval '1 second' as is_there
  from delivery_replicas where id <> $1
) others`;

export async function recordHeartbeat(
  database: Database,
  replica: string,
  { silentAfterSeconds, goneAfterSeconds }: ReplicaTimeouts,
  catalogVersion: number,
): Promise<HeartbeatAnswer> {
  const { rows } = await database.system<ReplicaShare & Omit<HeartbeatAnswer, 'share'>>(NOTE, [
    replica,
    silentAfterSeconds,
    goneAfterSeconds,
    catalogVersion,
  ]);
  const [row] = rows;
  if (!row) throw new Error('Postgres did not count the replicas');
  const { index, count, known, missesSome, databaseMs } = row;
  return { share: { index, count }, known, missesSome, databaseMs };
}

export async function removeReplica(database: Database, replica: string): Promise<void> {
  await database.system('delete from delivery_replicas where id = $1', [replica]);
}
