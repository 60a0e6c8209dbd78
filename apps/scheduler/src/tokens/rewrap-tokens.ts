import { type Database, type RewrapCounts, rewrapRows } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import type { TokenSeals } from './token-seals.ts';

interface Row {
  /** The connection and the kind of the token. */
  id: string;
  connectionId: string;
  kind: CredentialKind;
  generation: number;
  access: string;
  refresh: string | null;
}

/**
 * Encrypts the keys of all tokens again with the newest key-encryption key. A token that is refreshed meanwhile keeps
 * its new value; the next run converts it.
 * @throws DatabaseError `unseal_failed` for a token whose key is not configured
 */
export function rewrapTokens(database: Database, seals: TokenSeals): Promise<RewrapCounts> {
  return rewrapRows<Row>(
    async (after, limit) => {
      const [connectionId = '', kind = ''] = after.split(' ');
      const { rows } = await database.system<Row>(
        `select connection_id || ' ' || kind as id, connection_id as "connectionId", kind, generation,
                access_sealed as access, refresh_sealed as refresh
         from connection_tokens where (connection_id, kind) > ($1, $2) order by connection_id, kind limit $3`,
        [connectionId, kind, limit],
      );
      return rows;
    },
    async ({ connectionId, kind, generation, access, refresh }) => {
      const next = seals.rewrap(connectionId, kind, { access, refresh });
      if (next.access === access && next.refresh === refresh) return 0;
      const { rowCount } = await database.system(
        `update connection_tokens set access_sealed = $4, refresh_sealed = $5
         where connection_id = $1 and kind = $2 and generation = $3`,
        [connectionId, kind, generation, next.access, next.refresh],
      );
      return rowCount;
    },
  );
}
