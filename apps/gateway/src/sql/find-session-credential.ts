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
  endsAfterMs: number;
}

/** Finds the session with this hash; undefined if there is none. The end is by the clock of Postgres. */
export async function findSessionCredential(
  database: Database,
  secretHash: Buffer,
): Promise<Credential | RefusedCredential | undefined> {
  const { rows } = await database.system<Row>(
    `select id, tenant_id as "tenantId", scopes, allowed_addresses as "allowedAddresses",
       (extract(epoch from least(expires_at, last_seen_at + interval '12 hours') - now()) * 1000)::float8 as "endsAfterMs"
     from sessions where secret_hash = $1`,
    [secretHash],
  );
  const [row] = rows;
  if (!row) return undefined;
  const { id, tenantId, endsAfterMs } = row;
  if (endsAfterMs <= 0) return { refused: 'session_ended' };
  return {
    principal: toPrincipal(id, tenantId),
    scopes: scopesOf(row.scopes),
    allowsAddress: createAddressCheck(row.allowedAddresses ?? undefined),
    endsAfterMs,
  };
}
