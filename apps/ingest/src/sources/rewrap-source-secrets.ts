import { type Database, type RewrapCounts, rewrapRows } from '@hookline/db';
import type { SealedSecret } from '@hookline/db/ingest';
import type { SourceSecrets } from './source-secrets.ts';

interface Row {
  id: string;
  secrets: SealedSecret[];
  retiredSecrets: SealedSecret[];
  verifyToken: string | null;
}

/**
 * Encrypts the keys of all sources' secrets again with the newest key-encryption key. A source that is changed
 * meanwhile keeps its change; the next run converts it.
 * @throws DatabaseError `unseal_failed` for a secret whose key is not configured
 */
export function rewrapSourceSecrets(database: Database, secrets: SourceSecrets): Promise<RewrapCounts> {
  return rewrapRows<Row>(
    async (after, limit) => {
      const { rows } = await database.system<Row>(
        `select id, secrets, retired_secrets as "retiredSecrets", verify_token as "verifyToken"
         from sources where id > $1 order by id limit $2`,
        [after, limit],
      );
      return rows;
    },
    async (row) => {
      const next = secrets.rewrap(row);
      if (JSON.stringify(next) === JSON.stringify(row)) return 0;
      const { rowCount } = await database.system(
        `update sources set secrets = $2, retired_secrets = $3, verify_token = $4
         where id = $1 and secrets = $5 and retired_secrets = $6 and verify_token is not distinct from $7`,
        [
          row.id,
          JSON.stringify(next.secrets),
          JSON.stringify(next.retiredSecrets),
          next.verifyToken,
          JSON.stringify(row.secrets),
          JSON.stringify(row.retiredSecrets),
          row.verifyToken,
        ],
      );
      return rowCount;
    },
  );
}
