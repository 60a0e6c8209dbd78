import type { PortalCapability, PortalTheme } from '@hookline/contracts';
import { type Database, statement } from '@hookline/db';
import { PORTAL_SESSION_COLUMNS, type ShownPortalSession } from './portal-session-row.ts';

export interface NewPortalSession {
  id: string;
  tenant: string;
  tokenHash: Buffer;
  capabilities: readonly PortalCapability[];
  returnUrl: string;
  theme: PortalTheme | undefined;
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
    seconds: 'integer',
  },
  ({ id, tenant, hash, capabilities, returnUrl, theme, seconds }) => `
insert into portal_sessions (id, tenant_id, token_hash, capabilities, return_url, theme, expires_at)
values (${id}, ${tenant}, ${hash}, array(select jsonb_array_elements_text(${capabilities})), ${returnUrl}, ${theme},
        now() + make_interval(secs => ${seconds}))
returning ${PORTAL_SESSION_COLUMNS}`,
);

export async function insertPortalSession(
  database: Database,
  session: NewPortalSession,
): Promise<ShownPortalSession> {
  const { rows } = await INSERT.run<ShownPortalSession>(database, {
    id: session.id,
    tenant: session.tenant,
    hash: session.tokenHash,
    capabilities: JSON.stringify(session.capabilities),
    returnUrl: session.returnUrl,
    theme: session.theme && JSON.stringify(session.theme),
    seconds: session.seconds,
  });
  const [row] = rows;
  if (!row) throw new Error('the portal session was not inserted');
  return row;
}
