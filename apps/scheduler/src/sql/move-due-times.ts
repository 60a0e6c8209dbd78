import { rowSet, statement } from '@hookline/db';

const moves = rowSet({ id: 'text', from_due: 'timestamptz', to_due: 'timestamptz', outcome: 'text?' });

/** Moves due times, except those that have changed since they were read. */
export const moveDueTimes = statement(
  { moves },
  ({ moves }) => `
  update connection_tasks t
  set due_at = m.to_due, lease_id = null, last_outcome = coalesce(m.outcome, t.last_outcome)
  from ${moves('m')} where t.id = m.id and t.due_at = m.from_due
  returning t.id`,
);
