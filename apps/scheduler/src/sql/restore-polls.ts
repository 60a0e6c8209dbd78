import { type Database, rowSet, statement } from '@hookline/db';

const INTERVALS = rowSet({ name: 'text', seconds: 'integer' });

const RESTORE_POLLS = statement(
  { connection_id: 'text', resource: 'text?', intervals: INTERVALS },
  ({ connection_id, resource, intervals }) => `
update connection_tasks t
set interval_seconds = i.seconds
from ${intervals('i')}
where t.connection_id = ${connection_id} and t.kind = 'poll' and t.name = i.name
  and (${resource} is null or t.resource in ('', ${resource}))`,
);

/** Gives polls their usual intervals again. */
export async function restorePolls(
  database: Database,
  change: {
    connectionId: string;
    resource: string | undefined;
    intervals: readonly { name: string; seconds: number }[];
  },
): Promise<void> {
  if (change.intervals.length === 0) return;
  await RESTORE_POLLS.run(database, {
    connection_id: change.connectionId,
    resource: change.resource,
    intervals: change.intervals,
  });
}
