import type { Database } from '@hookline/db';
import { parsePointer, pointedValue } from '@hookline/json';
import { getConnectable, type PushSpecification } from '@hookline/providers';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { pushesOf } from '../facts/fits-application.ts';
import { readPages } from '../polls/read-pages.ts';
import type { ProviderApi } from '../provider-api/provider-api.ts';
import { listTokenKinds } from '../sql/list-token-kinds.ts';
import { type AccountKey, addRoutes, replaceRoutes } from '../sql/replace-routes.ts';

const MAX_LISTED = 1_000;

/** Keeps the account keys of connections, by which pushes find them. */
export interface ConnectionRoutes {
  /**
   * Finds out the keys of a connection and stores them in place of those it had.
   * @returns `lacksNeeded`: the provider lists none of those that the application needs, as it is installed nowhere
   * @throws what a call to the provider throws
   */
  refresh(connection: ConnectionFacts, app: AppFacts, signal: AbortSignal): Promise<{ lacksNeeded: boolean }>;
  /** Stores the keys that are known without a request, beside those it has: pushes may begin. */
  storeOwn(connection: ConnectionFacts, app: AppFacts): Promise<void>;
}

export function createConnectionRoutes(parts: { database: Database; api: ProviderApi }): ConnectionRoutes {
  const { database, api } = parts;

  async function listKeys(
    { listedKeys }: PushSpecification,
    connection: ConnectionFacts,
    app: AppFacts,
    signal: AbortSignal,
  ): Promise<AccountKey[]> {
    if (listedKeys === undefined) return [];
    const { request, items, pages, keyOf, suspendedAt } = listedKeys;
    const listed = await readPages(
      api,
      { connection, app, request, signal },
      { items, pages, max: MAX_LISTED },
    );
    return listed.flatMap(({ value }) => {
      const key = keyOf(value);
      if (key === undefined) return [];
      const since = suspendedAt === undefined ? null : pointedValue(value, parsePointer(suspendedAt));
      return [{ key, isSuspended: typeof since === 'string' }];
    });
  }

  /** Stores the keys that need no request. @returns them; undefined if nothing is pushed to the application */
  async function storeOwn(
    connection: ConnectionFacts,
    app: AppFacts,
  ): Promise<readonly string[] | undefined> {
    const connectable = getConnectable(connection.provider);
    const specification = connectable && pushesOf(connectable, app);
    if (specification === undefined) return undefined;
    const { id: connectionId, tenant, appId, accountId, accountName, settings } = connection;
    const tokenKinds = await listTokenKinds(database, connectionId);
    const keys = specification.keysOf({ accountId, accountName, values: settings.values ?? {}, tokenKinds });
    await addRoutes(database, { connectionId, appId, tenant, keys });
    return keys;
  }

  return {
    async storeOwn(connection, app) {
      await storeOwn(connection, app);
    },

    async refresh(connection, app, signal) {
      const own = await storeOwn(connection, app);
      const connectable = getConnectable(connection.provider);
      const specification = connectable && pushesOf(connectable, app);
      if (own === undefined || specification === undefined) return { lacksNeeded: false };
      const { id: connectionId, tenant, appId } = connection;
      const listed = await listKeys(specification, connection, app, signal);
      const keys = [...own.map((key) => ({ key, isSuspended: false })), ...listed];
      await replaceRoutes(database, { connectionId, appId, tenant, keys });
      return { lacksNeeded: specification.listedKeys?.isNeeded === true && listed.length === 0 };
    },
  };
}
