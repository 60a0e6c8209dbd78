import { ApiError } from '@hookline/contracts';
import type { Database, SecretBox } from '@hookline/db';
import { type AppFacts, toAppFacts } from '../facts/app-facts.ts';
import { findConnectionRow } from '../sql/find-connection-row.ts';
import { findOAuthApp } from '../sql/find-oauth-app.ts';
import { listUsableApps } from '../sql/list-usable-apps.ts';

/**
 * The application by which a tenant connects accounts of a service: the named one, else that of the connection that is
 * connected again, else the tenant's own, else that of the installation.
 * @throws ApiError `invalid_request` if there is none or it is unclear which
 */
export async function chooseApp(
  { database, box }: { database: Database; box: SecretBox },
  wanted: {
    tenant: string;
    provider: string;
    appId: string | undefined;
    connectionId: string | undefined;
  },
): Promise<AppFacts> {
  const { tenant, provider, connectionId } = wanted;
  const reconnected =
    wanted.appId === undefined && connectionId !== undefined
      ? await database.withTenant(tenant, (transaction) => findConnectionRow(transaction, connectionId))
      : undefined;
  const appId = wanted.appId ?? reconnected?.appId;
  if (appId !== undefined) {
    const row = await findOAuthApp(database, appId);
    // Another tenant's application does not exist for this tenant.
    if (!row || (row.tenantId !== null && row.tenantId !== tenant))
      throw new ApiError('not_found', { message: 'OAuth application not found' });
    if (row.provider !== provider) {
      throw new ApiError('invalid_request', {
        message: `The OAuth application ${appId} is for ${row.provider}, not for ${provider}`,
      });
    }
    return toAppFacts(row, box);
  }
  const usable = await listUsableApps(database, { tenant, provider });
  const own = usable.filter(({ tenantId }) => tenantId !== null);
  const [app, ...others] = own.length > 0 ? own : usable;
  if (!app) {
    throw new ApiError('invalid_request', {
      message: `There is no OAuth application for ${provider}: create one with POST /api/oauth-apps`,
    });
  }
  if (others.length > 0) {
    const ids = [app, ...others].map(({ id }) => id).join(', ');
    throw new ApiError('invalid_request', {
      message: `There are several OAuth applications for ${provider}: name one as appId (${ids})`,
    });
  }
  return toAppFacts(app, box);
}
