import { type Database, statement } from '@hookline/db';

const DELETE = statement(
  { id: 'text', tenant: 'text?' },
  ({ id, tenant }) => `
with ended as (
  delete from portal_sessions where id = ${id} and (${tenant} is null or tenant_id = ${tenant})
  returning id
), tokens as (
  delete from portal_tokens where session_id in (select id from ended)
)
select id from ended`,
);

/**
 * Ends a portal session and its tokens.
 * @param tenant whose session it has to be; undefined: anybody's
 * @returns false if there is no such session
 */
export async function deletePortalSession(
  database: Database,
  id: string,
  tenant: string | undefined,
): Promise<boolean> {
  const { rows } = await DELETE.run(database, { id, tenant });
  return rows.length > 0;
}
