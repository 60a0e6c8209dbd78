import type { Database } from '@hookline/db';
import { type Connectable, getConnectable, type PushSpecification, type ReadPush } from '@hookline/providers';
import type { Logger } from '@hookline/service';
import type { PublishEvents } from '../events/publish-events.ts';
import type { AppFacts } from '../facts/app-facts.ts';
import { pushesOf } from '../facts/fits-application.ts';
import { addRoute, removeRoutes } from '../sql/change-routes.ts';
import { findRoutes, type RouteRow } from '../sql/find-routes.ts';
import { noteUnroutedPush } from '../sql/note-unrouted-push.ts';
import type { PushMessage } from './push-message.ts';
import type { PushOutcome } from './push-metrics.ts';
import { toEventDraft } from './to-event-draft.ts';

export interface PushRouterOptions {
  database: Database;
  findApp: (appId: string) => Promise<AppFacts | undefined>;
  publishEvents: PublishEvents;
  /** Makes the poll of a connection run at once. */
  pollNow: (connectionId: string, poll: string) => Promise<void>;
  /** Ends connections whose grant the provider says has ended. */
  revokeByProvider: (connectionIds: readonly string[], reason: string) => Promise<void>;
  /** The first push shows that the account's watches work. */
  notePush: (connectionIds: readonly string[]) => Promise<void>;
  logger: Logger;
}

/** The most account keys of one push. */
const MAX_KEYS = 100;

/** Finds the connections of a push to an OAuth application, and does for each what the push asks for. */
export interface PushRouter {
  /**
   * Resolves once every event of the push is stored.
   * @throws if it must be tried again
   */
  route(push: PushMessage): Promise<PushOutcome>;
}

export function createPushRouter(options: PushRouterOptions): PushRouter {
  const { database, publishEvents, logger } = options;

  async function route(push: PushMessage): Promise<PushOutcome> {
    const { attributes, json } = push;
    const { pushfor: appId, provider, type } = attributes;
    const connectable = getConnectable(provider);
    const app = await options.findApp(appId);
    const specification = connectable && app && pushesOf(connectable, app);
    if (!specification || !connectable) return await noteUnrouted(push, ['']);
    const read = specification.read({ type, payload: json });
    await changeRoutes(appId, read);
    const keys = read.keys.slice(0, MAX_KEYS);
    const routes = distinct(
      await findRoutes(
        database,
        keys.map((accountKey) => ({ appId, accountKey })),
      ),
    );
    if (routes.length === 0) return await noteUnrouted(push, keys);
    await options.notePush(routes.map(({ connectionId }) => connectionId));
    if (read.polls !== undefined) return await pollNow(routes, read.polls);
    await publish(push, routes, connectable, specification);
    if (read.revoked === undefined) return 'events';
    await revoke(appId, read.revoked);
    return 'revoked';
  }

  async function changeRoutes(appId: string, { routes }: ReadPush): Promise<void> {
    if (routes?.change === 'added') await addRoute(database, appId, routes.key, routes.of);
  }

  async function publish(
    push: PushMessage,
    routes: readonly RouteRow[],
    connectable: Connectable,
    specification: PushSpecification,
  ): Promise<void> {
    await publishEvents(routes.map((each) => toEventDraft(push, each, connectable, specification)));
    const { routes: change } = specification.read({ type: push.attributes.type, payload: push.json });
    // The push that takes the key away is itself for the connections that had it.
    if (change?.change === 'removed') await removeRoutes(database, push.attributes.pushfor, change.key);
  }

  async function pollNow(routes: readonly RouteRow[], polls: readonly string[]): Promise<PushOutcome> {
    for (const { connectionId } of routes)
      for (const poll of polls) await options.pollNow(connectionId, poll);
    return 'polled';
  }

  async function revoke(appId: string, { keys, reason }: NonNullable<ReadPush['revoked']>): Promise<void> {
    const ended = await findRoutes(
      database,
      keys.slice(0, MAX_KEYS).map((accountKey) => ({ appId, accountKey })),
    );
    const ids = distinct(ended).map(({ connectionId }) => connectionId);
    if (ids.length === 0) return;
    await options.revokeByProvider(ids, reason);
    logger.info({ app: appId, connections: ids, reason }, 'push.revoked');
  }

  async function noteUnrouted({ attributes }: PushMessage, keys: readonly string[]): Promise<PushOutcome> {
    const { pushfor: appId, provider, type, id } = attributes;
    const [accountKey = ''] = keys;
    await noteUnroutedPush(database, { appId, accountKey, type });
    logger.warn({ app: appId, provider, accountKey, type, push: id }, 'push.unrouted');
    return 'unrouted';
  }

  return { route };
}

/** One route for each connection. */
function distinct(routes: readonly RouteRow[]): RouteRow[] {
  return [...new Map(routes.map((route) => [route.connectionId, route])).values()];
}
