import { type ApiKey, ID_PREFIX, type Principal } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { apiKeys } from '@hookline/db/gateway';
import { createIdFactory } from '@hookline/service';
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import { apiKeyPrefix, hashApiKey, makeApiKey } from './api-key.ts';

export interface ApiKeyPage {
  /** Undefined: all tenants' keys and the operators'. */
  tenant: string | undefined;
  limit: number;
  /** The last id of the page before. */
  cursor: string | undefined;
  offset: number;
}

/** The table api_keys. */
export interface ApiKeyStore {
  /** The key is in the answer and nowhere else: only its hash is stored. */
  create(input: { tenant: string | undefined; name: string | null }): Promise<ApiKey & { key: string }>;
  /** Newest first; one more than asked for when there is more. */
  list(page: ApiKeyPage): Promise<ApiKey[]>;
  /** How many there are, of a tenant or of all, counted up to a limit. */
  count(tenant: string | undefined, limit: number): Promise<number>;
  /** False when there is no such key. Revoking twice keeps the first time. */
  revoke(id: string): Promise<boolean>;
  /** Who the key with this hash stands for; undefined when there is none or it is revoked. */
  findByHash(hash: Buffer): Promise<Principal | undefined>;
  /** Which of these keys no longer work. */
  findRevoked(ids: readonly string[]): Promise<string[]>;
}

type Row = typeof apiKeys.$inferSelect;

const toApiKey = (row: Row): ApiKey => ({
  id: row.id,
  role: row.role,
  userId: row.tenantId,
  name: row.name,
  prefix: row.prefix,
  createdAt: row.createdAt.toISOString(),
  revokedAt: row.revokedAt?.toISOString() ?? null,
});

const nextKeyId = createIdFactory(ID_PREFIX.apiKey);

export function createApiKeyStore(database: Database): ApiKeyStore {
  return {
    async create({ tenant, name }) {
      const key = makeApiKey();
      const rows = await database.withSystem((transaction) =>
        transaction
          .insert(apiKeys)
          .values({
            id: nextKeyId(),
            tenantId: tenant ?? null,
            role: tenant === undefined ? 'operator' : 'tenant',
            name,
            keyHash: hashApiKey(key),
            prefix: apiKeyPrefix(key),
          })
          .returning(),
      );
      return { ...toApiKey(rows[0] as Row), key };
    },

    async list({ tenant, limit, cursor, offset }) {
      const rows = await database.withScope(tenant, (transaction) =>
        transaction
          .select()
          .from(apiKeys)
          .where(
            and(
              tenant === undefined ? undefined : eq(apiKeys.tenantId, tenant),
              cursor === undefined ? undefined : lt(apiKeys.id, cursor),
            ),
          )
          .orderBy(desc(apiKeys.id))
          .limit(limit + 1)
          .offset(offset),
      );
      return rows.map(toApiKey);
    },

    async count(tenant, limit) {
      return database.withScope(tenant, async (transaction) => {
        const some = transaction
          .select({ id: apiKeys.id })
          .from(apiKeys)
          .where(tenant === undefined ? undefined : eq(apiKeys.tenantId, tenant))
          .limit(limit)
          .as('some');
        const [row] = await transaction.select({ n: sql<number>`count(*)::integer` }).from(some);
        return row?.n ?? 0;
      });
    },

    async revoke(id) {
      return database.withSystem(async (transaction) => {
        await transaction
          .update(apiKeys)
          .set({ revokedAt: sql`now()` })
          .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)));
        const rows = await transaction.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.id, id));
        return rows.length > 0;
      });
    },

    async findByHash(hash) {
      const { rows } = await database.system<{ id: string; role: string; tenant_id: string | null }>(
        'select id, role, tenant_id from api_keys where key_hash = $1 and revoked_at is null',
        [hash],
      );
      const row = rows[0];
      if (!row) return undefined;
      return row.tenant_id === null
        ? { role: 'operator', keyId: row.id }
        : { role: 'tenant', tenant: row.tenant_id, keyId: row.id };
    },

    async findRevoked(ids) {
      const { rows } = await database.system<{ id: string }>(
        'select id from unnest($1::text[]) as given (id) where not exists (select from api_keys where api_keys.id = given.id and revoked_at is null)',
        [ids],
      );
      return rows.map((row) => row.id);
    },
  };
}
