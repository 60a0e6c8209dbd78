import { type Database, statement } from '@hookline/db';

const LOOK = statement(
  { app_id: 'text', account_key: 'text' },
  ({ app_id, account_key }) => `
update connection_tasks
set on_demand = true, due_at = case when lease_id is null then hookline_now() else due_at end
where kind in ('routes', 'resources', 'check') and paused_reason is null
  and connection_id in (
    select connection_id from connection_routes where app_id = ${app_id} and account_key = ${account_key}
  )`,
);

/** The application sees more of the accounts with this key: their keys and their resources are listed at once. */
export async function lookForResources(database: Database, appId: string, accountKey: string): Promise<void> {
  await LOOK.run(database, { app_id: appId, account_key: accountKey });
}
