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
  /** The `keyId` of its maker. */
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
    isKey: 'boolean',
    seconds: 'integer',
  },
  ({ id, tenant, hash, capabilities, returnUrl, theme, maker, isKey, seconds }) => `
with key as (
  select id, expires_at from api_keys
  where id = ${maker} and revoked_at is null and (expires_at is null or expires_at > now())
  for share
)
insert into portal_sessions (id, tenant_id, token_hash, capabilities, return_url, theme, maker_id, expires_at)
select ${id}, ${tenant}, ${hash}, array(select jsonb_array_elements_text(${capabilities})), ${returnUrl}, ${theme},
       ${maker}, least(now() + make_interval(secs => ${seconds}), (select expires_at from key))
where not ${isKey} or exists (select id from key)
returning ${PORTAL_SESSION_COLUMNS}`,
);

/**
 * Inserts a portal session. If an API key makes it, the session ends no later than the key. The key is locked, so that a key that is being revoked makes no session
 * that its revocation does not see.
 * @returns undefined if that key has ended
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
    isKey: isId(ID_PREFIX.apiKey, session.makerId),
    seconds: session.seconds,
  });
  return rows[0];
}
