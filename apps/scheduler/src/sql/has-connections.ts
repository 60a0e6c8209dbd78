import { type Database, statement } from '@hookline/db';

const look = statement(
  { appId: 'text' },
  ({ appId }) => `select from connections where app_id = ${appId} and deleted_at is null limit 1`,
);

/** Whether an application has a connection of any tenant. */
export async function hasConnections(database: Database, appId: string): Promise<boolean> {
  return (await look.run(database, { appId })).rowCount > 0;
}
