import { type Database, statement } from '@hookline/db';
import type { OpenedPortalSession } from './open-portal-session.ts';
import { PORTAL_SESSION_COLUMNS } from './portal-session-row.ts';

/** Valid tokens of one session besides a new one: several calls may be under way with the one before. */
const KEPT_TOKENS = 4;

const INSERT = statement(
  { id: 'text', hash: 'bytea', seconds: 'integer' },
  ({ id, hash, seconds }) => `
with session as (
  select * from portal_sessions where id = ${id} and expires_at > now()
  for share
), gone as (
  delete from portal_tokens
  where session_id = ${id} and token_hash not in (
    select token_hash from portal_tokens where session_id = ${id} and expires_at > now()
    order by created_at desc limit ${KEPT_TOKENS}
  )
), token as (
  insert into portal_tokens (token_hash, tenant_id, session_id, expires_at)
  select ${hash}, tenant_id, id, least(expires_at, now() + make_interval(secs => ${seconds})) from session
  returning expires_at
)
select ${PORTAL_SESSION_COLUMNS}, (select expires_at from token) as "tokenExpiresAt" from session`,
);

/** Stores another token of a portal session, and removes old ones. @returns undefined if the session has ended */
export async function insertPortalToken(
  database: Database,
  token: { sessionId: string; tokenHash: Buffer; validSeconds: number },
): Promise<OpenedPortalSession | undefined> {
  const { rows } = await INSERT.run<OpenedPortalSession>(database, {
    id: token.sessionId,
    hash: token.tokenHash,
    seconds: token.validSeconds,
  });
  return rows[0];
}
