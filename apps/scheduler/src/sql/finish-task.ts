import { statement } from '@hookline/db';

/** The start of the day in UTC, from which runs are counted. */
const DAY = "date_trunc('day', hookline_now() at time zone 'UTC') at time zone 'UTC'";

/**
 * Ends a run. A run whose lease has been lost changes nothing of what the next run does: no row is returned. If someone
 * asked for another run meanwhile, the task is due at once.
 */
export const finishTask = statement(
  {
    id: 'text',
    lease_id: 'text',
    due_at: 'timestamptz',
    outcome: 'text',
    error: 'text?',
    succeeded: 'boolean',
    /** The run does not count as a failure, e.g. because a quota had no room. */
    excused: 'boolean',
    paused_reason: 'text?',
  },
  ({ id, lease_id, due_at, outcome, error, succeeded, excused, paused_reason }) => `
  update connection_tasks
  set lease_id = null,
      due_at = case when on_demand then hookline_now() else ${due_at} end,
      last_finished_at = hookline_now(),
      last_succeeded_at = case when ${succeeded} then hookline_now() else last_succeeded_at end,
      last_outcome = ${outcome}, last_error = ${error},
      failures = case when ${succeeded} then 0 when ${excused} then failures else failures + 1 end,
      done = case when counted_at >= ${DAY} then done else 0 end + case when ${succeeded} then 1 else 0 end,
      counted_at = greatest(counted_at, ${DAY}),
      paused_reason = coalesce(paused_reason, ${paused_reason})
  where id = ${id} and lease_id = ${lease_id}
  returning id`,
);
