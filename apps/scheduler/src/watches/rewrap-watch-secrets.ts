import { type Database, type RewrapCounts, rewrapRows, type SecretBox } from '@hookline/db';
import { watchSecretPlace } from './watch-source.ts';

interface Row {
  id: string;
  sealed: string;
}

/**
 * Encrypts the keys of all secrets of watches again with the newest key-encryption key. A watch that gets another secret
 * meanwhile keeps it; the next run converts it.
 * @throws DatabaseError `unseal_failed` for a secret whose key is not configured
 */
export function rewrapWatchSecrets(database: Database, box: SecretBox): Promise<RewrapCounts> {
  return rewrapRows<Row>(
    async (after, limit) => {
      const { rows } = await database.system<Row>(
        `select id, secret_sealed as sealed from platform_webhooks
         where id > $1 and deleted_at is null and secret_sealed is not null order by id limit $2`,
        [after, limit],
      );
      return rows;
    },
    async ({ id, sealed }) => {
      const next = box.rewrap(sealed, watchSecretPlace(id));
      if (next === sealed) return 0;
      const { rowCount } = await database.system(
        'update platform_webhooks set secret_sealed = $2 where id = $1 and secret_sealed = $3',
        [id, next, sealed],
      );
      return rowCount;
    },
  );
}
