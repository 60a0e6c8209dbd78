import { statement } from '@hookline/db';

/** Gives a task back that this replica does not end, because it shuts down: it is due at once. */
export const releaseTask = statement(
  { id: 'text', lease_id: 'text' },
  ({ id, lease_id }) => `
  update connection_tasks set lease_id = null, due_at = hookline_now() where id = ${id} and lease_id = ${lease_id}`,
);
