import type { Database } from '@hookline/db';
import { getConnectable, type PushSpecification } from '@hookline/providers';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { pushesOf } from '../facts/fits-application.ts';
import { readPages } from '../polls/read-pages.ts';
import type { ProviderApi } from '../provider-api/provider-api.ts';
import { listTokenKinds } from '../sql/list-token-kinds.ts';
import { replaceRoutes } from '../sql/replace-routes.ts';

const MAX_LISTED = 1_000;

/** Keeps the account keys of connections, by which pushes find them. */
export interface ConnectionRoutes {
  /**
   * Finds out the keys of a connection and stores them in place of those it had.
   * @throws what a call to the provider throws
   */
  refresh(connection: ConnectionFacts, app: AppFacts, signal: AbortSignal): Promise<void>;
}

export function createConnectionRoutes(parts: { database: Database; api: ProviderApi }): ConnectionRoutes {
  const { database, api } = parts;

  async function listKeys(
    { listedKeys }: PushSpecification,
    connection: ConnectionFacts,
    app: AppFacts,
    signal: AbortSignal,
  ): Promise<string[]> {
    if (listedKeys === undefined) return [];
    const { request, items, pages, keyOf } = listedKeys;
    const listed = await readPages(
      api,
      { connection, app, request, signal },
      { items, pages, max: MAX_LISTED },
    );
    return listed.flatMap((item) => keyOf(item) ?? []);
  }

  return {
    async refresh(connection, app, signal) {
      const connectable = getConnectable(connection.provider);
      const specification = connectable && pushesOf(connectable, app);
      if (specification === undefined) return;
      const { id: connectionId, tenant, appId, accountId, accountName, settings } = connection;
      const tokenKinds = await listTokenKinds(database, connectionId);
      const own = specification.keysOf({ accountId, accountName, values: settings.values ?? {}, tokenKinds });
      // Stored first: pushes that come while the others are listed find the connection already.
      await replaceRoutes(database, { connectionId, appId, tenant, keys: own });
      const listed = await listKeys(specification, connection, app, signal);
      if (listed.length > 0)
        await replaceRoutes(database, { connectionId, appId, tenant, keys: [...own, ...listed] });
    },
  };
}
