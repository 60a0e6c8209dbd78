import { type Database, statement } from '@hookline/db';

const retire = statement(
  { kept: 'jsonb' },
  ({ kept }) => `
    update oauth_apps a set deleted_at = hookline_now()
    where source = 'environment' and deleted_at is null and not ${kept} ? id
      and not exists (select from connections c where c.app_id = a.id and c.deleted_at is null)
    returning id`,
);

/** Removes applications that are no longer in the environment and have no connection. */
export async function retireEnvironmentApps(database: Database, kept: readonly string[]): Promise<void> {
  await retire.run(database, { kept: JSON.stringify(kept) });
}
