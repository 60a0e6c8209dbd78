import type { Database } from '@hookline/db';
import type { Provider } from '@hookline/providers';
import type { OtherSource } from '../rejections/explain-rejection.ts';
import { listSources } from '../sql/list-sources.ts';
import type { SourceSecrets } from './source-secrets.ts';
import { toActiveSource } from './to-active-source.ts';

/** Most sources of one tenant and provider that are tried. */
const MAX_SOURCES = 11;

export interface TenantSourcesContext {
  database: Database;
  secrets: SourceSecrets;
  /** Called for a source whose secrets cannot be decrypted; the source then has none. */
  onSealed: (sourceId: string, error: unknown) => void;
}

/**
 * A tenant's newest sources for a provider with their secrets, switched-off sources included. They explain a
 * rejection and never verify a request.
 */
export async function listTenantSources(
  { database, secrets, onSealed }: TenantSourcesContext,
  tenant: string,
  provider: Provider,
): Promise<OtherSource[]> {
  const rows = await database.withTenant(tenant, (transaction) =>
    listSources(transaction, { provider: provider.id }, { after: undefined, offset: 0, limit: MAX_SOURCES }),
  );
  return rows.map((row) => ({
    ...toActiveSource(row, provider, '', secrets, (error) => onSealed(row.id, error)),
    isOff: !row.active,
  }));
}
