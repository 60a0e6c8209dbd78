import type { portalSessions } from '@hookline/db/gateway';

/** A row of `portal_sessions`. It holds the hash of the token, not the token. */
export type PortalSessionRow = typeof portalSessions.$inferSelect;

/** The columns of a portal session for a statement. */
export const PORTAL_SESSION_COLUMNS = `id, tenant_id as "tenantId", capabilities, return_url as "returnUrl", theme,
  created_at as "createdAt", opened_at as "openedAt", last_used_at as "lastUsedAt", expires_at as "expiresAt"`;

/** A portal session as it is shown. */
export type ShownPortalSession = Omit<PortalSessionRow, 'tokenHash' | 'makerId'>;
