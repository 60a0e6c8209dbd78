import type { Database } from '@hookline/db';
import type { ReplicaShare } from '../lanes/rate-limiter.ts';

/**
 * Says that a replica is there, forgets those that have not said so for long, and names all, in one statement. Its
 * own row may be new: the statement does not see it yet.
 */
const NOTE = `
with gone as (
  delete from delivery_replicas where seen_at < now() - $2 * interval '1 second'
), noted as (
  insert into delivery_replicas (id, seen_at) values ($1, now())
  on conflict (id) do update set seen_at = excluded.seen_at
)
select count(*) filter (where id < $1)::integer as index, count(*)::integer + 1 as count
from delivery_replicas
where id <> $1 and seen_at >= now() - $2 * interval '1 second'`;

export async function noteReplica(
  database: Database,
  replica: string,
  goneAfterSeconds: number,
): Promise<ReplicaShare> {
  const { rows } = await database.system<ReplicaShare>(NOTE, [replica, goneAfterSeconds]);
  return rows[0] ?? { index: 0, count: 1 };
}

export async function removeReplica(database: Database, replica: string): Promise<void> {
  await database.system('delete from delivery_replicas where id = $1', [replica]);
}
