import { type Database, type RewrapCounts, rewrapRows, type SecretBox } from '@hookline/db';
import { alertSecretPlace } from './channel-store.ts';

interface Row {
  id: string;
  sealed: string;
}

/**
 * Wraps the secrets of the channels of all alert rules with the newest key-encryption key. A rule that is changed meanwhile
 * keeps its change, which has the newest key already.
 * @throws DatabaseError `unseal_failed` for secrets whose key is not configured
 */
export function rewrapAlertSecrets(database: Database, box: SecretBox): Promise<RewrapCounts> {
  return rewrapRows<Row>(
    async (after, limit) => {
      const { rows } = await database.system<Row>(
        'select id, sealed_secrets as sealed from alert_rules where id > $1 order by id limit $2',
        [after, limit],
      );
      return rows;
    },
    async ({ id, sealed }) => {
      const next = box.rewrap(sealed, alertSecretPlace(id));
      if (next === sealed) return 0;
      const { rowCount } = await database.system(
        'update alert_rules set sealed_secrets = $2 where id = $1 and sealed_secrets = $3',
        [id, next, sealed],
      );
      return rowCount;
    },
  );
}
