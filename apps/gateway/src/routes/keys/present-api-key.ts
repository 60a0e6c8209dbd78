import type { ApiKey } from '@hookline/contracts';
import type { ApiKeyRow } from '../../sql/api-key-row.ts';

export const presentApiKey = (row: ApiKeyRow): ApiKey => ({
  id: row.id,
  role: row.role,
  userId: row.tenantId,
  name: row.name,
  prefix: row.prefix,
  createdAt: row.createdAt.toISOString(),
  revokedAt: row.revokedAt?.toISOString() ?? null,
});
