import type { Database } from '@hookline/db';

/** Deletes a source that the scheduler has made. The row stays without secrets, so that other replicas notice. */
export async function deleteManagedSource(database: Database, id: string): Promise<void> {
  await database.system(
    `update sources
     set active = false, secrets = '[]', retired_secrets = '[]', verify_token = null,
         updated_at = clock_timestamp(), deleted_at = clock_timestamp()
     where id = $1 and managed_by is not null and deleted_at is null`,
    [id],
  );
}
