import type { OAuthApp } from '@hookline/contracts';
import { oauthCallbackPath } from '@hookline/contracts';
import type { OAuthAppRow } from '../../sql/oauth-app-rows.ts';
import { PAUSED_FOR_APP } from '../../status/decide-status.ts';
import { STATUS_REASONS } from '../../status/status-reasons.ts';

export function presentOAuthApp(row: OAuthAppRow, gatewayPublicUrl: string): OAuthApp {
  return {
    id: row.id,
    userId: row.tenantId,
    provider: row.provider,
    name: row.name,
    clientId: row.clientId,
    redirectUrl: `${gatewayPublicUrl}${oauthCallbackPath(row.provider)}`,
    source: row.source,
    settings: row.settings,
    fault:
      row.fault === null || row.faultAt === null
        ? null
        : {
            code: PAUSED_FOR_APP,
            message: `${STATUS_REASONS.app_misconfigured} (${row.fault})`,
            since: row.faultAt.toISOString(),
          },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
