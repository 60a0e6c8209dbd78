import { statement } from '@hookline/db';
import { setDueNow } from './set-due-now.ts';

/**
 * Makes the tasks of a connection due at once. A task that runs now runs once more afterwards, because what was asked for
 * may have happened after its call. Paused tasks stay paused.
 */
export const requestTasks = statement(
  { connection_id: 'text', kind: 'text', name: 'text?', resource: 'text?' },
  ({ connection_id, kind, name, resource }) => `
  update connection_tasks
  set ${setDueNow()}
  where connection_id = ${connection_id} and kind = ${kind} and paused_reason is null
    and (${name} is null or name = ${name}) and (${resource} is null or resource = ${resource})
  returning id`,
);
