import { type Database, statement } from '@hookline/db';
import { PORTAL_SESSION_COLUMNS, type ShownPortalSession } from './portal-session-row.ts';

/** A portal session with the end of the token that was just made for it. */
export type OpenedPortalSession = ShownPortalSession & { tokenExpiresAt: Date };

const OPEN = statement(
  { id: 'text', hash: 'bytea', seconds: 'integer' },
  ({ id, hash, seconds }) => `
with opened as (
  update portal_sessions set opened_at = now()
  where id = ${id} and opened_at is null and expires_at > now()
  returning *
), token as (
  insert into portal_tokens (token_hash, tenant_id, session_id, expires_at)
  select ${hash}, tenant_id, id, least(expires_at, now() + make_interval(secs => ${seconds})) from opened
  returning expires_at
)
select ${PORTAL_SESSION_COLUMNS}, (select expires_at from token) as "tokenExpiresAt" from opened`,
);

/**
 * Opens a portal session, which works once, and stores its first token. Of several replicas that try at the same time, one
 * opens it.
 * @returns undefined if it was opened before or has ended
 */
export async function openPortalSession(
  database: Database,
  opening: { id: string; tokenHash: Buffer; validSeconds: number },
): Promise<OpenedPortalSession | undefined> {
  const { rows } = await OPEN.run<OpenedPortalSession>(database, {
    id: opening.id,
    hash: opening.tokenHash,
    seconds: opening.validSeconds,
  });
  return rows[0];
}
