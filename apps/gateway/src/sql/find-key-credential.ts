import { scopesOf } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { createAddressCheck } from '@hookline/service';
import type { Credential, RefusedCredential } from '../auth/credential.ts';
import { toPrincipal } from './to-principal.ts';

interface Row {
  id: string;
  tenantId: string | null;
  scopes: string[];
  allowedAddresses: string[] | null;
  refused: RefusedCredential['refused'] | null;
  endsAfterMs: number | null;
}

/** Finds the API key with this hash; undefined if there is none. The end is by the clock of Postgres. */
export async function findKeyCredential(
  database: Database,
  keyHash: Buffer,
): Promise<Credential | RefusedCredential | undefined> {
  const { rows } = await database.system<Row>(
    `select id, tenant_id as "tenantId", scopes, allowed_addresses as "allowedAddresses",
       case when revoked_at is not null then 'key_revoked'
            when expires_at <= now() then case when rotated_to is null then 'key_expired' else 'key_rotated' end
       end as refused,
       (extract(epoch from expires_at - now()) * 1000)::float8 as "endsAfterMs"
     from api_keys where key_hash = $1`,
    [keyHash],
  );
  const [row] = rows;
  if (!row) return undefined;
  const { id, tenantId, refused } = row;
  const principal = toPrincipal(id, tenantId);
  if (refused !== null) return { refused, principal };
  return {
    principal,
    scopes: scopesOf(row.scopes),
    allowsAddress: createAddressCheck(row.allowedAddresses ?? undefined),
    endsAfterMs: row.endsAfterMs ?? undefined,
  };
}
