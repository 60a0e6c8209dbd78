import { ID_PREFIX, isId, type PortalCapability, type PortalTheme } from '@hookline/contracts';
import { type Database, statement } from '@hookline/db';
import { PORTAL_SESSION_COLUMNS, type ShownPortalSession } from './portal-session-row.ts';

export interface NewPortalSession {
  id: string;
  tenant: string;
  tokenHash: Buffer;
  capabilities: readonly PortalCapability[];
  returnUrl: string;
  theme: PortalTheme | undefined;
  /** The `keyId` of its maker. A browser session stands for the API key of its sign-in. */
  makerId: string;
  seconds: number;
}

const INSERT = statement(
  {
    id: 'text',
    tenant: 'text',
    hash: 'bytea',
    capabilities: 'jsonb',
    returnUrl: 'text',
    theme: 'jsonb?',
    maker: 'text',
    needsKey: 'boolean',
    needsSession: 'boolean',
    seconds: 'integer',
  },
  ({ id, tenant, hash, capabilities, returnUrl, theme, maker, needsKey, needsSession, seconds }) => `
with session as (
  select key_id from sessions where id = ${maker}
), maker as (
  select coalesce((select key_id from session), ${maker}) as id
), key as (
  select k.expires_at from api_keys k join maker on maker.id = k.id
  where k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
  for share of k
)
insert into portal_sessions (id, tenant_id, token_hash, capabilities, return_url, theme, maker_id, expires_at)
select ${id}, ${tenant}, ${hash}, array(select jsonb_array_elements_text(${capabilities})), ${returnUrl}, ${theme},
       maker.id, least(now() + make_interval(secs => ${seconds}), (select expires_at from key))
from maker
where case
  when ${needsKey} or (select key_id from session) is not null then exists (select from key)
  else not ${needsSession} or exists (select from session)
end
returning ${PORTAL_SESSION_COLUMNS}`,
);

/**
 * Inserts a portal session. If an API key makes it, itself or by the browser session of its sign-in, the portal session
 * is the key's and ends no later than the key. The key is locked, so that a key that is being revoked makes no portal
 * session that its revocation does not see.
 * @returns undefined if that key or browser session has ended
 */
export async function insertPortalSession(
  database: Database,
  session: NewPortalSession,
): Promise<ShownPortalSession | undefined> {
  const { rows } = await INSERT.run<ShownPortalSession>(database, {
    id: session.id,
    tenant: session.tenant,
    hash: session.tokenHash,
    capabilities: JSON.stringify(session.capabilities),
    returnUrl: session.returnUrl,
    theme: session.theme && JSON.stringify(session.theme),
    maker: session.makerId,
    needsKey: isId(ID_PREFIX.apiKey, session.makerId),
    needsSession: isId(ID_PREFIX.session, session.makerId),
    seconds: session.seconds,
  });
  return rows[0];
}
