import { type Database, rowSet, statement } from '@hookline/db';
import { setDueNow } from './set-due-now.ts';

const POLLS = rowSet({ connection_id: 'text', name: 'text' });

const REQUEST_POLLS = statement(
  { polls: POLLS },
  ({ polls }) => `
with wanted as (
  select t.id from connection_tasks t
  join ${polls('w')} on t.connection_id = w.connection_id and t.name = w.name
  where t.kind = 'poll' and t.paused_reason is null
  order by t.id for update of t
)
update connection_tasks t
set ${setDueNow('t.')}
from wanted where t.id = wanted.id`,
);

/** Makes polls of several connections due at once, as `requestTasks` does for one connection. */
export async function requestPolls(
  database: Database,
  polls: readonly { connectionId: string; name: string }[],
): Promise<void> {
  if (polls.length === 0) return;
  await REQUEST_POLLS.run(database, {
    polls: polls.map(({ connectionId, name }) => ({ connection_id: connectionId, name })),
  });
}
