import type { Database } from '@hookline/db';
import type { ReplicaShare } from '../../pipeline/lanes/rate-limiter.ts';

export interface ReplicaTimeouts {
  /** Whoever has not been heard of for so long has no share. */
  silentAfterSeconds: number;
  /** Whoever has not been heard of for so long is gone. */
  goneAfterSeconds: number;
}

export interface HeartbeatAnswer {
  share: ReplicaShare;
  /** False at first, and when another has struck this one off. */
  known: boolean;
  /** There are some that have not been heard of for so long that they may be struck off (endLeases). */
  missesSome: boolean;
  /** The database's clock, in ms since 1970. */
  databaseMs: number;
}

/**
 * Says that a replica is there, and by which version of the catalog it works, and counts all, in one statement. Its own row may be new: the statement does not see it
 * yet. While it is being struck off, this waits for the end of that.
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
  if (!row) throw new Error('the replicas were not counted');
  const { index, count, known, missesSome, databaseMs } = row;
  return { share: { index, count }, known, missesSome, databaseMs };
}

export async function removeReplica(database: Database, replica: string): Promise<void> {
  await database.system('delete from delivery_replicas where id = $1', [replica]);
}
