import type { ConnectionStatus } from '@hookline/contracts';
import { type Database, rowSet, statement } from '@hookline/db';
import { receivesPushesIn } from './receives-pushes.ts';

export interface RouteRow {
  appId: string;
  accountKey: string;
  connectionId: string;
  tenant: string;
  status: ConnectionStatus;
  /** Whether a push becomes an event of the connection. */
  receives: boolean;
}

const KEYS = rowSet({ app_id: 'text', account_key: 'text' });

const FIND_ROUTES = statement(
  { keys: KEYS },
  ({ keys }) => `
select r.app_id as "appId", r.account_key as "accountKey", r.connection_id as "connectionId", r.tenant_id as tenant,
  c.status, ${receivesPushesIn('c')} as receives
from ${keys('k')}
join connection_routes r on r.app_id = k.app_id and r.account_key = k.account_key
join connections c on c.id = r.connection_id and c.deleted_at is null`,
);

/** The connections with these account keys, of all tenants. */
export async function findRoutes(
  database: Database,
  keys: readonly { appId: string; accountKey: string }[],
): Promise<RouteRow[]> {
  if (keys.length === 0) return [];
  const { rows } = await FIND_ROUTES.run<RouteRow>(database, {
    keys: keys.map(({ appId, accountKey }) => ({ app_id: appId, account_key: accountKey })),
  });
  return rows;
}
