import { type Database, type RewrapCounts, rewrapRows, type SecretBox } from '@hookline/db';
import { endpointSecretPlace } from '../catalog/endpoint-catalog.ts';

interface Row {
  id: string;
  secrets: { sealed: string; expiresAt: string | null }[];
}

/**
 * Wraps the keys of all endpoints' secrets anew with the newest key-encryption key. An endpoint whose secret is changed
 * meanwhile keeps the change, which was sealed with the newest key anyway.
 * @throws DatabaseError `unseal_failed` at a secret whose key is not configured
 */
export function rewrapEndpointSecrets(database: Database, box: SecretBox): Promise<RewrapCounts> {
  return rewrapRows<Row>(
    async (after, limit) => {
      const { rows } = await database.system<Row>(
        'select id, secrets from endpoints where id > $1 order by id limit $2',
        [after, limit],
      );
      return rows;
    },
    async ({ id, secrets }) => {
      const place = endpointSecretPlace(id);
      const next = secrets.map((each) => ({ ...each, sealed: box.rewrap(each.sealed, place) }));
      if (next.every(({ sealed }, index) => sealed === secrets[index]?.sealed)) return 0;
      const { rowCount } = await database.system(
        'update endpoints set secrets = $2 where id = $1 and secrets = $3',
        [id, JSON.stringify(next), JSON.stringify(secrets)],
      );
      return rowCount;
    },
  );
}
