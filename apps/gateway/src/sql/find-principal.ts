import type { Principal } from '@hookline/contracts';
import type { Database } from '@hookline/db';

/** Finds the principal of the API key with this hash; undefined if there is no such key or it is revoked. */
export async function findPrincipal(database: Database, keyHash: Buffer): Promise<Principal | undefined> {
  const { rows } = await database.system<{ id: string; tenantId: string | null }>(
    'select id, tenant_id as "tenantId" from api_keys where key_hash = $1 and revoked_at is null',
    [keyHash],
  );
  const [row] = rows;
  if (!row) return undefined;
  return row.tenantId === null
    ? { role: 'operator', keyId: row.id }
    : { role: 'tenant', tenant: row.tenantId, keyId: row.id };
}
