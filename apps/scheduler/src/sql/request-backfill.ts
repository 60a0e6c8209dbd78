import { statement } from '@hookline/db';

/**
 * Makes the next run of polls publish what is listed from before. A run that is under way is fenced, so that it does not
 * overwrite the request.
 */
export const requestBackfill = statement(
  { connection_id: 'text', name: 'text?', resource: 'text?' },
  ({ connection_id, name, resource }) => `
  update connection_tasks
  set cursor = (cursor - 'progress') || '{"backfill": true}', version = version + 1
  where connection_id = ${connection_id} and kind = 'poll' and paused_reason is null
    and (${name} is null or name = ${name}) and (${resource} is null or resource = ${resource})`,
);
