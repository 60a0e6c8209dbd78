import { type Database, type RewrapCounts, rewrapRows, type SecretBox } from '@hookline/db';
import type { StoredHeaders, StoredSecret, StoredSigningKey } from '@hookline/db/delivery';
import { rewrapEndpointAuth } from './endpoint-auth-box.ts';
import { rewrapHeaders } from './endpoint-header-box.ts';
import { rewrapEndpointSecret } from './endpoint-secret-box.ts';
import { rewrapSigningKey } from './signing-key-box.ts';

interface Row {
  id: string;
  secrets: StoredSecret[];
  signingKeys: StoredSigningKey[];
  auth: string | null;
  headers: StoredHeaders;
}

/**
 * Wraps the secrets, key pairs, credentials and secret headers of all endpoints with the newest key-encryption key. An
 * endpoint whose secrets are changed meanwhile keeps the change, which is sealed with the newest key anyway.
 * @throws DatabaseError `unseal_failed` if the key of a secret is not configured
 */
export function rewrapEndpointSecrets(database: Database, box: SecretBox): Promise<RewrapCounts> {
  return rewrapRows<Row>(
    async (after, limit) => {
      const { rows } = await database.system<Row>(
        `select id, secrets, signing_keys as "signingKeys", auth, headers
         from endpoints where id > $1 order by id limit $2`,
        [after, limit],
      );
      return rows;
    },
    async ({ id, secrets, signingKeys, auth, headers }) => {
      const next = {
        secrets: secrets.map((each) => ({ ...each, sealed: rewrapEndpointSecret(box, id, each.sealed) })),
        signingKeys: signingKeys.map((each) => ({ ...each, sealed: rewrapSigningKey(box, id, each.sealed) })),
        auth: auth === null ? null : rewrapEndpointAuth(box, id, auth),
        headers: rewrapHeaders(box, id, headers),
      };
      const unchanged =
        next.auth === auth &&
        JSON.stringify(next.headers) === JSON.stringify(headers) &&
        isSame(next.secrets, secrets) &&
        isSame(next.signingKeys, signingKeys);
      if (unchanged) return 0;
      const { rowCount } = await database.system(
        `update endpoints set secrets = $2, signing_keys = $3, auth = $4, headers = $8
         where id = $1 and secrets = $5 and signing_keys = $6 and auth is not distinct from $7 and headers = $9`,
        [
          id,
          JSON.stringify(next.secrets),
          JSON.stringify(next.signingKeys),
          next.auth,
          JSON.stringify(secrets),
          JSON.stringify(signingKeys),
          auth,
          JSON.stringify(next.headers),
          JSON.stringify(headers),
        ],
      );
      return rowCount;
    },
  );
}

const isSame = (next: readonly StoredSecret[], before: readonly StoredSecret[]) =>
  next.every(({ sealed }, index) => sealed === before[index]?.sealed);
