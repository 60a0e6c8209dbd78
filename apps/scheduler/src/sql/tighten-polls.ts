import { type Database, statement } from '@hookline/db';

const TIGHTEN_POLLS = statement(
  { connection_id: 'text', polls: 'jsonb', resource: 'text?', seconds: 'integer' },
  ({ connection_id, polls, resource, seconds }) => `
update connection_tasks
set interval_seconds = ${seconds},
    due_at = case when lease_id is null
      then least(due_at, hookline_now() + make_interval(secs => ${seconds} * phase)) else due_at end
where connection_id = ${connection_id} and kind = 'poll'
  and name in (select jsonb_array_elements_text(${polls}))
  and (${resource} is null or resource in ('', ${resource})) and interval_seconds > ${seconds}`,
);

/** Makes polls run at least so often, while a watch does not work. @returns how many are changed */
export async function tightenPolls(
  database: Database,
  change: { connectionId: string; polls: readonly string[]; resource: string | undefined; seconds: number },
): Promise<number> {
  const { rowCount } = await TIGHTEN_POLLS.run(database, {
    connection_id: change.connectionId,
    polls: JSON.stringify(change.polls),
    resource: change.resource,
    seconds: change.seconds,
  });
  return rowCount;
}
