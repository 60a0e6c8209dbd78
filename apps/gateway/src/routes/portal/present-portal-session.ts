import type { PortalAccess, PortalCapability, PortalSession, PortalTheme } from '@hookline/contracts';
import type { OpenedPortalSession } from '../../sql/open-portal-session.ts';
import type { ShownPortalSession } from '../../sql/portal-session-row.ts';

export const presentPortalSession = (row: ShownPortalSession): PortalSession => ({
  id: row.id,
  userId: row.tenantId,
  capabilities: row.capabilities as PortalCapability[],
  returnUrl: row.returnUrl,
  theme: row.theme as PortalTheme | null,
  createdAt: row.createdAt.toISOString(),
  openedAt: row.openedAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  expiresAt: row.expiresAt.toISOString(),
});

export const presentPortalAccess = (token: string, row: OpenedPortalSession): PortalAccess => ({
  token,
  tokenExpiresAt: row.tokenExpiresAt.toISOString(),
  session: presentPortalSession(row),
});
