import type { Database } from '@hookline/db';

export interface NewSession {
  id: string;
  /** null: an operator's */
  tenantId: string | null;
  secretHash: Buffer;
  scopes: readonly string[];
  /** Who signed in, for people. */
  subject: string;
}

/** Inserts a session that no API key stands behind. It ends after 7 days. */
export async function insertSession(database: Database, session: NewSession): Promise<void> {
  const { id, tenantId, secretHash, scopes, subject } = session;
  await database.system(
    `insert into sessions (id, tenant_id, role, secret_hash, scopes, subject, expires_at)
     values ($1, $2, case when $2::text is null then 'operator' else 'tenant' end, $3, $4::text[], $5,
             now() + interval '7 days')`,
    [id, tenantId, secretHash, scopes, subject],
  );
}
