import { type Database, type RewrapCounts, rewrapRows, type SecretBox } from '@hookline/db';
import { clientSecretPlace } from '../facts/app-facts.ts';

interface Row {
  id: string;
  sealed: string;
}

/**
 * Encrypts the keys of all client secrets again with the newest key-encryption key. An application that is changed
 * meanwhile keeps its change; the next run converts it.
 * @throws DatabaseError `unseal_failed` for a secret whose key is not configured
 */
export function rewrapAppSecrets(database: Database, box: SecretBox): Promise<RewrapCounts> {
  return rewrapRows<Row>(
    async (after, limit) => {
      const { rows } = await database.system<Row>(
        `select id, client_secret as sealed from oauth_apps
         where id > $1 and deleted_at is null order by id limit $2`,
        [after, limit],
      );
      return rows;
    },
    async ({ id, sealed }) => {
      const next = box.rewrap(sealed, clientSecretPlace(id));
      if (next === sealed) return 0;
      const { rowCount } = await database.system(
        'update oauth_apps set client_secret = $2 where id = $1 and client_secret = $3',
        [id, next, sealed],
      );
      return rowCount;
    },
  );
}
