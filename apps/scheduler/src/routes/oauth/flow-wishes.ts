import { ApiError } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { ConnectionSettings } from '@hookline/db/scheduler';
import { findMissingScopes, scopesToAskFor } from '../../accounts/missing-scopes.ts';
import type { FlowStart } from '../../accounts/oauth-flows.ts';
import type { AppFacts } from '../../facts/app-facts.ts';
import type { OAuthConnectable } from '../../facts/require-connectable.ts';
import { findConnectionRow } from '../../sql/find-connection-row.ts';

/** What a caller wants of a flow. */
export interface FlowWishes {
  tenant: string;
  connectable: OAuthConnectable;
  app: AppFacts;
  /** The connection to connect again. */
  connectionId: string | undefined;
  /** Undefined: those of the application. */
  scopes: readonly string[] | undefined;
  settings: ConnectionSettings;
  returnUrl: string | undefined;
  isInstallation: boolean;
  /** The API key or the session that begins it, or that made the link by which it begins. */
  keyId: string;
}

/** @throws ApiError `not_found`, `invalid_request` */
export async function toFlowStart(
  { database }: { database: Database },
  wishes: FlowWishes,
): Promise<FlowStart> {
  const { tenant, connectable, app, connectionId, settings, returnUrl, isInstallation, keyId } = wishes;
  const isGithubApp = app.settings.kind === 'github_app';
  const configured = wishes.scopes ?? app.settings.scopes ?? connectable.oauth.scopes;
  const userScopes = app.settings.userScopes ?? [];
  const base = { tenant, connectable, app, userScopes, settings, returnUrl, isInstallation, keyId };
  if (connectionId === undefined)
    return { ...base, scopes: isGithubApp ? [] : configured, reconnected: undefined };
  const row = await database.withTenant(tenant, (transaction) =>
    findConnectionRow(transaction, connectionId),
  );
  if (!row) throw new ApiError('not_found', { message: 'Connection not found' });
  if (row.appId !== app.id) {
    throw new ApiError('invalid_request', {
      message: `The connection ${connectionId} was made by the OAuth application ${row.appId}: name it as appId`,
    });
  }
  const missing = findMissingScopes(connectable, row.scopesGranted ?? undefined);
  const earlier = row.scopesRequested.filter((scope) => !userScopes.includes(scope));
  return {
    ...base,
    scopes: isGithubApp ? [] : scopesToAskFor(configured, earlier, missing),
    reconnected: { id: row.id, accountId: row.accountId, accountName: row.accountName },
  };
}
