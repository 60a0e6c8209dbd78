import { type Database, statement } from '@hookline/db';

/** A portal session, found by the token in the address of its portal. */
export interface PortalOpening {
  id: string;
  tenant: string;
  state: 'open' | 'used' | 'ended';
}

const FIND = statement(
  { hash: 'bytea' },
  ({ hash }) => `
select id, tenant_id as tenant,
  case when expires_at <= now() then 'ended' when opened_at is not null then 'used' else 'open' end as state
from portal_sessions where token_hash = ${hash}`,
);

/** @returns undefined if there is no session with this token */
export async function findPortalOpening(
  database: Database,
  hash: Buffer,
): Promise<PortalOpening | undefined> {
  const { rows } = await FIND.run<PortalOpening>(database, { hash });
  return rows[0];
}
