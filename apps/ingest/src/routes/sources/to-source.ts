import type { Source } from '@hookline/contracts';
import type { SourceRow } from '../../sql/source-row.ts';

/** A source as the API shows it: never with its secrets. */
export function toSource(row: SourceRow, publicUrl: string): Source {
  return {
    id: row.id,
    userId: row.tenantId,
    provider: row.provider,
    name: row.name,
    url: `${publicUrl}/in/${row.token}`,
    ...(row.options.toleranceSeconds === undefined ? {} : { toleranceSeconds: row.options.toleranceSeconds }),
    active: row.active,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
