import { type Database, statement } from '@hookline/db';
import { sql } from 'drizzle-orm';
import type { OpenedPortalSession } from './open-portal-session.ts';
import { PORTAL_SESSION_COLUMNS } from './portal-session-row.ts';

/** Valid tokens of one session besides a new one: several calls may be under way with the one before. */
const KEPT_TOKENS = 4;

const FIND = statement(
  { id: 'text', hash: 'bytea' },
  ({ id, hash }) => `
select ${PORTAL_SESSION_COLUMNS}, (select expires_at from portal_tokens where token_hash = ${hash}) as "tokenExpiresAt"
from portal_sessions where id = ${id} and expires_at > now()`,
);

/** Stores another token of a portal session, and removes old ones. @returns undefined if the session has ended */
export async function insertPortalToken(
  database: Database,
  { sessionId, tokenHash, validSeconds }: { sessionId: string; tokenHash: Buffer; validSeconds: number },
): Promise<OpenedPortalSession | undefined> {
  await database.withSystem(async (transaction) => {
    // A statement of its own: the next one sees the tokens of the calls that had the lock before.
    await transaction.execute(sql`select from portal_sessions where id = ${sessionId} for update`);
    await transaction.execute(sql`
      delete from portal_tokens
      where session_id = ${sessionId} and token_hash not in (
        select token_hash from portal_tokens where session_id = ${sessionId} and expires_at > now()
        order by created_at desc limit ${KEPT_TOKENS})`);
    await transaction.execute(sql`
      insert into portal_tokens (token_hash, tenant_id, session_id, expires_at)
      select ${tokenHash}, tenant_id, id, least(expires_at, now() + make_interval(secs => ${validSeconds}))
      from portal_sessions where id = ${sessionId} and expires_at > now()`);
  });
  const { rows } = await FIND.run<OpenedPortalSession>(database, { id: sessionId, hash: tokenHash });
  return rows[0];
}
