import type { Database } from '@hookline/db';
import type { NewSession } from './insert-session.ts';

/**
 * Inserts a session of an API key. It ends after 7 days, and not later than the key. The key is locked, so that a key that
 * is being revoked gets no session that its revocation does not see.
 * @returns false if the key is no longer valid
 */
export async function insertKeySession(
  database: Database,
  session: Omit<NewSession, 'subject' | 'tenantId'> & { keyId: string },
): Promise<boolean> {
  const { id, secretHash, scopes, keyId } = session;
  const { rowCount } = await database.system(
    `with key as (
       select id, tenant_id, role, coalesce(name, prefix) as subject, allowed_addresses, expires_at from api_keys
       where id = $4 and revoked_at is null and (expires_at is null or expires_at > now())
       for share
     )
     insert into sessions (id, tenant_id, role, secret_hash, scopes, allowed_addresses, key_id, subject, expires_at)
     select $1, tenant_id, role, $2, $3::text[], allowed_addresses, id, subject,
            least(now() + interval '7 days', expires_at)
     from key`,
    [id, secretHash, scopes, keyId],
  );
  return rowCount > 0;
}
