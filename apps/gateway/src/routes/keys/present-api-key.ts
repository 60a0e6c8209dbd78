import type { ApiKey, ScopeGrant } from '@hookline/contracts';
import type { ApiKeyRow } from '../../sql/api-key-row.ts';

export const presentApiKey = (row: ApiKeyRow): ApiKey => ({
  id: row.id,
  role: row.role,
  userId: row.tenantId,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes as ScopeGrant[],
  allowedAddresses: row.allowedAddresses,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  rotatedTo: row.rotatedTo,
  revokedAt: row.revokedAt?.toISOString() ?? null,
});
