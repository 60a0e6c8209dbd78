import type { Database } from '@hookline/db';

export interface Backlog {
  /** Deliveries that are due now or later, counted up to a limit. */
  waiting: number;
  /** How long the delivery that is due longest has been due; null when none is due. */
  oldestDueSeconds: number | null;
}

/** Uses the index on `due_at`, so its cost does not depend on the number of deliveries. */
export async function readBacklog(
  database: Database,
  endpointId: string,
  maxCounted: number,
): Promise<Backlog> {
  const { rows } = await database.system<Backlog>(
    `select (select count(*)::integer
             from (select from deliveries
                   where endpoint_id = $1 and due_at is not null and status in ('pending', 'retrying')
                   limit $2) counted) as waiting,
            (select extract(epoch from now() - due_at)::float8
             from deliveries
             where endpoint_id = $1 and due_at is not null and due_at <= now()
             order by due_at limit 1) as "oldestDueSeconds"`,
    [endpointId, maxCounted],
  );
  return rows[0] ?? { waiting: 0, oldestDueSeconds: null };
}
