import type { Database } from '@hookline/db';
import type { StoredSource } from '../sources/to-active-source.ts';

export interface ChangedSource extends StoredSource {
  provider: string;
  /** False as well for a source that was deleted. */
  active: boolean;
  /** Changes with the row. */
  version: string;
}

export interface SourceChanges {
  /** The time by the database's clock. Pass it as `since` the next time. */
  asOf: Date;
  sources: ChangedSource[];
}

/** A change carries the time at which it was made but is seen only once committed; it is looked for this far back. */
const OVERLAP_SECONDS = 60;

/** Sources of all tenants that were changed since a time; without one, all that are active. */
export async function listChangedSources(
  database: Database,
  since: Date | undefined,
): Promise<SourceChanges> {
  const { rows } = await database.system<{ asOf: Date } & ({ id: null } | ChangedSource)>(
    `select now() as "asOf", source.*
     from (select) as always
     left join lateral (
       select id, tenant_id as "tenantId", managed_by as "managedBy", provider, name, token, secrets, retired_secrets as "retiredSecrets",
              verify_token as "verifyToken", options, active and deleted_at is null as active, updated_at::text as version
       from sources
       where case when $1::timestamptz is null
         then active and deleted_at is null
         else updated_at >= $1::timestamptz - make_interval(secs => ${OVERLAP_SECONDS})
       end
     ) as source on true`,
    [since ?? null],
  );
  const [first] = rows;
  if (!first) throw new Error('Postgres did not tell the time');
  const { asOf } = first;
  return { asOf, sources: rows.filter((row): row is ChangedSource & { asOf: Date } => row.id !== null) };
}
