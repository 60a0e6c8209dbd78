import type { Source } from '@hookline/contracts';
import type { SourceRow } from '../../sql/source-row.ts';

/** A source as the API returns it, without its secrets. */
export function toSource(row: SourceRow, publicUrl: string): Source {
  const { provider: options, ...settings } = row.options;
  return {
    id: row.id,
    userId: row.tenantId,
    provider: row.provider,
    name: row.name,
    uid: row.uid,
    metadata: row.metadata,
    tags: row.tags,
    url: `${publicUrl}/in/${row.token}`,
    ...settings,
    ...(options === undefined ? {} : { options }),
    secretsSetAt: row.secrets.map(({ setAt }) => setAt),
    active: row.active,
    ...(row.managedBy === null ? {} : { managedBy: row.managedBy }),
    subscription: row.subscription,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
