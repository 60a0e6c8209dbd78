import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';

export interface ConnectionTaskRow {
  connectionId: string;
  kind: string;
  name: string;
  resource: string;
  resourceName: string | null;
  intervalSeconds: number;
  stretch: number;
  quotaKeys: string[];
  dueAt: Date;
  isRunning: boolean;
  pausedReason: string | null;
  lastSucceededAt: Date | null;
  lastFinishedAt: Date | null;
  lastOutcome: string | null;
  lastError: string | null;
  failures: number;
  /** Runs since `countedAt` that should have succeeded, and that have. */
  expected: number;
  done: number;
}

const MAX_ROWS = 5_000;

/** The tasks of some connections, by kind and name. */
export async function listConnectionTasks(
  transaction: Transaction,
  connectionIds: readonly string[],
): Promise<ConnectionTaskRow[]> {
  if (connectionIds.length === 0) return [];
  const { rows } = await transaction.execute(sql`
    select connection_id as "connectionId", kind, name, resource, resource_name as "resourceName",
      interval_seconds as "intervalSeconds", stretch, quota_keys as "quotaKeys", due_at as "dueAt",
      lease_id is not null as "isRunning", paused_reason as "pausedReason", last_succeeded_at as "lastSucceededAt",
      last_finished_at as "lastFinishedAt", last_outcome as "lastOutcome", last_error as "lastError", failures,
      case when paused_reason is null then floor(extract(epoch from hookline_now() - counted.since)
        / (interval_seconds * stretch))::integer else 0 end as expected,
      case when counted_at >= counted.since then done else 0 end as done
    from connection_tasks
      cross join lateral (select greatest(counted_at,
        date_trunc('day', hookline_now() at time zone 'UTC') at time zone 'UTC') as since) counted
    where connection_id = any (${`{${connectionIds.map((id) => `"${id}"`).join(',')}}`}::text[])
    order by connection_id, kind, name, resource limit ${MAX_ROWS}`);
  return rows as unknown as ConnectionTaskRow[];
}
