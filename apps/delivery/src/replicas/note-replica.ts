import type { Database } from '@hookline/db';
import type { ReplicaShare } from '../lanes/rate-limiter.ts';

export interface ReplicaNote {
  share: ReplicaShare;
  /** Replicas that this call has struck off, because they have not been heard of for long. No other call names them. */
  gone: string[];
}

export interface ReplicaPatience {
  /** Whoever has not been heard of for so long has no share. */
  silentAfterSeconds: number;
  /** Whoever has not been heard of for so long is gone. */
  goneAfterSeconds: number;
}

/**
 * Says that a replica is there, strikes off those that are gone, and names all, in one statement. Its own row may be new:
 * the statement does not see it yet.
 *
 * Only who has been heard of all the time itself calls others gone: when Postgres comes back after an outage none has been
 * heard of, and all are there.
 */
const NOTE = `
with heard as (
  select since from delivery_replicas where id = $1 and seen_at >= now() - $2 * interval '1 second'
), gone as (
  delete from delivery_replicas r
  using heard
  where r.id <> $1 and r.seen_at < now() - $3 * interval '1 second' and heard.since < now() - $3 * interval '1 second'
  returning r.id
), noted as (
  insert into delivery_replicas (id, seen_at, since) values ($1, now(), now())
  on conflict (id) do update
  set seen_at = excluded.seen_at, since = coalesce((select since from heard), excluded.since)
)
select count(*) filter (where id < $1)::integer as index, count(*)::integer + 1 as count,
       array(select id from gone) as gone
from delivery_replicas
where id <> $1 and seen_at >= now() - $2 * interval '1 second'`;

export async function noteReplica(
  database: Database,
  replica: string,
  { silentAfterSeconds, goneAfterSeconds }: ReplicaPatience,
): Promise<ReplicaNote> {
  const { rows } = await database.system<ReplicaShare & { gone: string[] }>(NOTE, [
    replica,
    silentAfterSeconds,
    goneAfterSeconds,
  ]);
  const [{ index, count, gone } = { index: 0, count: 1, gone: [] }] = rows;
  return { share: { index, count }, gone };
}

export async function removeReplica(database: Database, replica: string): Promise<void> {
  await database.system('delete from delivery_replicas where id = $1', [replica]);
}
