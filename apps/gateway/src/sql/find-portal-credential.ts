import type { PortalCapability } from '@hookline/contracts';
import { type Database, statement } from '@hookline/db';
import type { Credential, RefusedCredential } from '../auth/credential.ts';

interface Row {
  id: string;
  tenant: string;
  capabilities: PortalCapability[];
  endsAfterMs: number;
}

const FIND = statement(
  { hash: 'bytea' },
  ({ hash }) => `
select session.id, session.tenant_id as tenant, capabilities,
  (extract(epoch from least(token.expires_at, session.expires_at) - now()) * 1000)::float8 as "endsAfterMs"
from portal_tokens token join portal_sessions session on session.id = token.session_id
where token.token_hash = ${hash}`,
);

/** Finds the portal session of a token; undefined if there is none. The end is by the clock of Postgres. */
export async function findPortalCredential(
  database: Database,
  tokenHash: Buffer,
): Promise<Credential | RefusedCredential | undefined> {
  const { rows } = await FIND.run<Row>(database, { hash: tokenHash });
  const [row] = rows;
  if (!row) return undefined;
  const { id, tenant, capabilities, endsAfterMs } = row;
  const principal = { role: 'tenant', tenant, keyId: id } as const;
  if (endsAfterMs <= 0) return { refused: 'portal_session_ended', principal };
  return { principal, scopes: [], capabilities, allowsAddress: () => true, endsAfterMs };
}
