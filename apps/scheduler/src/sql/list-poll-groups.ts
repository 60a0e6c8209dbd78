import { type Database, statement } from '@hookline/db';

/** Polls of one name, or the task that lists their resources, that rest for the same reason. */
export interface PollGroup {
  kind: 'poll' | 'resources';
  name: string;
  /** Null: they run. */
  pausedReason: string | null;
  count: number;
  /** Some of what the settings name and the account does not see. */
  unknown: string[] | null;
}

const LIST = statement(
  { connection_id: 'text', name: 'text?' },
  ({ connection_id, name }) => `
  select kind, name, paused_reason as "pausedReason", count(*)::integer as count,
    (array_agg(cursor->'unknown') filter (where kind = 'resources'))[1] as unknown
  from connection_tasks
  where connection_id = ${connection_id} and kind in ('poll', 'resources') and (${name} is null or name = ${name})
  group by kind, name, paused_reason
  order by kind, name, paused_reason`,
);

/** What there is to poll of a connection, and what is in the way. */
export async function listPollGroups(
  database: Database,
  connectionId: string,
  name: string | undefined,
): Promise<PollGroup[]> {
  const { rows } = await LIST.run<PollGroup>(database, { connection_id: connectionId, name });
  return rows;
}
