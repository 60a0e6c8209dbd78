import { type Database, type RewrapCounts, rewrapRows, type SecretBox } from '@hookline/db';
import { endpointSecretPlace } from '../catalog/endpoint-catalog.ts';
import { rewrapEndpointAuth } from './endpoint-auth-box.ts';

interface Row {
  id: string;
  secrets: { sealed: string; expiresAt: string | null }[];
  auth: string | null;
}

/**
 * Wraps the keys of all endpoints' secrets and credentials anew with the newest key-encryption key. An endpoint whose secret is changed
 * meanwhile keeps the change, which was sealed with the newest key anyway.
 * @throws DatabaseError `unseal_failed` at a secret whose key is not configured
 */
export function rewrapEndpointSecrets(database: Database, box: SecretBox): Promise<RewrapCounts> {
  return rewrapRows<Row>(
    async (after, limit) => {
      const { rows } = await database.system<Row>(
        'select id, secrets, auth from endpoints where id > $1 order by id limit $2',
        [after, limit],
      );
      return rows;
    },
    async ({ id, secrets, auth }) => {
      const place = endpointSecretPlace(id);
      const next = secrets.map((each) => ({ ...each, sealed: box.rewrap(each.sealed, place) }));
      const nextAuth = auth === null ? null : rewrapEndpointAuth(box, id, auth);
      if (nextAuth === auth && next.every(({ sealed }, index) => sealed === secrets[index]?.sealed)) return 0;
      const { rowCount } = await database.system(
        `update endpoints set secrets = $2, auth = $4
         where id = $1 and secrets = $3 and auth is not distinct from $5`,
        [id, JSON.stringify(next), JSON.stringify(secrets), nextAuth, auth],
      );
      return rowCount;
    },
  );
}
