import type { Transaction } from '@hookline/db';
import { sql } from 'drizzle-orm';
import { PAUSED_FOR_SCOPE } from '../tasks/task.ts';

/**
 * Lets the polls of resources rest that are not chosen any more. Their cursors stay, so that a resource that is chosen
 * again goes on where it stopped.
 */
export async function pauseOtherResources(
  transaction: Transaction,
  connectionId: string,
  name: string,
  chosen: readonly string[],
): Promise<void> {
  await transaction.execute(sql`
    update connection_tasks set paused_reason = 'not_selected'
    where connection_id = ${connectionId} and kind = 'poll' and name = ${name} and resource <> ''
      and (paused_reason is null or paused_reason = ${PAUSED_FOR_SCOPE})
      and resource <> all (array(select jsonb_array_elements_text(${JSON.stringify(chosen)}::jsonb)))`);
}
