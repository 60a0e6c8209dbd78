import type { Database, SecretBox } from '@hookline/db';
import { endpointSecretPlace } from '../catalog/endpoint-catalog.ts';

interface Row {
  id: string;
  secrets: { sealed: string; expiresAt: string | null }[];
}

const ROWS_AT_ONCE = 500;

/**
 * Wraps the keys of all endpoints' secrets anew with the newest key-encryption key. An endpoint whose secret is changed
 * meanwhile keeps the change, which was sealed with the newest key anyway. May be run again at any time.
 * @throws DatabaseError `unseal_failed` at a secret whose key is not configured
 * @returns how many endpoints there are, and how many were changed
 */
export async function rewrapEndpointSecrets(
  database: Database,
  box: SecretBox,
): Promise<{ found: number; rewrapped: number }> {
  let found = 0;
  let rewrapped = 0;
  for (let after = ''; ; ) {
    const { rows } = await database.system<Row>(
      'select id, secrets from endpoints where id > $1 order by id limit $2',
      [after, ROWS_AT_ONCE],
    );
    for (const { id, secrets } of rows) {
      const place = endpointSecretPlace(id);
      const next = secrets.map((each) => ({ ...each, sealed: box.rewrap(each.sealed, place) }));
      if (next.every(({ sealed }, index) => sealed === secrets[index]?.sealed)) continue;
      const { rowCount } = await database.system(
        'update endpoints set secrets = $2 where id = $1 and secrets = $3',
        [id, JSON.stringify(next), JSON.stringify(secrets)],
      );
      rewrapped += rowCount;
    }
    found += rows.length;
    const last = rows.at(-1);
    if (!last) return { found, rewrapped };
    after = last.id;
  }
}
