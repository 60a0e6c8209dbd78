import { type Database, type RewrapCounts, rewrapRows } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import type { TokenSeals } from '../tokens/token-seals.ts';

interface Row {
  id: string;
  sealedFor: string;
  kind: CredentialKind;
  access: string;
  refresh: string | null;
}

/**
 * Encrypts the keys of all tokens that are to be revoked again with the newest key-encryption key.
 * @throws DatabaseError `unseal_failed` for a token whose key is not configured
 */
export function rewrapRevocations(database: Database, seals: TokenSeals): Promise<RewrapCounts> {
  return rewrapRows<Row>(
    async (after, limit) => {
      const { rows } = await database.system<Row>(
        `select id, sealed_for as "sealedFor", kind, access_sealed as access, refresh_sealed as refresh
         from grant_revocations where id > $1 order by id limit $2`,
        [after, limit],
      );
      return rows;
    },
    async ({ id, sealedFor, kind, access, refresh }) => {
      const next = seals.rewrap(sealedFor, kind, { access, refresh });
      if (next.access === access && next.refresh === refresh) return 0;
      const { rowCount } = await database.system(
        'update grant_revocations set access_sealed = $2, refresh_sealed = $3 where id = $1',
        [id, next.access, next.refresh],
      );
      return rowCount;
    },
  );
}
