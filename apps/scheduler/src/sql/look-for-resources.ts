import { type Database, statement } from '@hookline/db';
import { setDueNow } from './set-due-now.ts';

const LOOK = statement(
  { app_id: 'text', account_key: 'text' },
  ({ app_id, account_key }) => `
update connection_tasks
set ${setDueNow()}
where kind in ('routes', 'resources', 'check') and paused_reason is null
  and connection_id in (
    select connection_id from connection_routes where app_id = ${app_id} and account_key = ${account_key}
  )`,
);

/** The application sees more of the accounts with this key: their keys and their resources are listed at once. */
export async function lookForResources(database: Database, appId: string, accountKey: string): Promise<void> {
  await LOOK.run(database, { app_id: appId, account_key: accountKey });
}
