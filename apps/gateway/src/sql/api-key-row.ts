import type { apiKeys } from '@hookline/db/gateway';

/** A row of `api_keys`. It holds the hash of the key, not the key. */
export type ApiKeyRow = typeof apiKeys.$inferSelect;
