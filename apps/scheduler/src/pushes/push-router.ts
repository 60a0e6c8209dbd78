import type { Database } from '@hookline/db';
import {
  type Connectable,
  type GrantChange,
  getConnectable,
  type PushSpecification,
} from '@hookline/providers';
import type { Logger } from '@hookline/service';
import type { PublishEvents } from '../events/publish-events.ts';
import type { AppFacts } from '../facts/app-facts.ts';
import { pushesOf } from '../facts/fits-application.ts';
import { addRoute, removeRoutes } from '../sql/change-routes.ts';
import { findGranted } from '../sql/find-granted.ts';
import { findRoutes, type RouteRow } from '../sql/find-routes.ts';
import { noteUnroutedPush } from '../sql/note-unrouted-push.ts';
import { isAccountKey, toShownKey } from './account-keys.ts';
import type { PushMessage } from './push-message.ts';
import type { PushOutcome } from './push-metrics.ts';
import { toEventDraft } from './to-event-draft.ts';

export interface PushRouterOptions {
  database: Database;
  findApp: (appId: string) => Promise<AppFacts | undefined>;
  publishEvents: PublishEvents;
  /** Makes the poll of a connection run at once. */
  pollNow: (connectionId: string, poll: string) => Promise<void>;
  /** Changes the status of connections as the provider says. */
  changeGrants: (connectionIds: readonly string[], grant: GrantChange) => Promise<void>;
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
   * @throws if it must be tried again, or never can be; see `isDataRefusal`
   */
  route(push: PushMessage): Promise<PushOutcome>;
  /** Counts a push that can become no event, so that it is shown. */
  noteRefused(push: PushMessage): Promise<void>;
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
    const { routes: change } = read;
    if (change?.change === 'added' && isAccountKey(change.key) && isAccountKey(change.of))
      await addRoute(database, appId, change.key, change.of);
    const keys = read.keys.slice(0, MAX_KEYS).filter(isAccountKey);
    const routes = distinct(
      await findRoutes(
        database,
        keys.map((accountKey) => ({ appId, accountKey })),
      ),
    );
    if (routes.length === 0) return await noteUnrouted(push, read.keys);
    await options.notePush(routes.map(({ connectionId }) => connectionId));
    if (read.polls !== undefined) return await pollNow(routes, read.polls);
    await publish(push, routes, connectable, specification);
    if (read.grant !== undefined) await changeGrants(appId, read.grant);
    // The push that takes the key away is itself for the connections that had it.
    if (change?.change === 'removed' && isAccountKey(change.key))
      await removeRoutes(database, appId, change.key);
    return read.grant?.change ?? 'events';
  }

  async function publish(
    push: PushMessage,
    routes: readonly RouteRow[],
    connectable: Connectable,
    specification: PushSpecification,
  ): Promise<void> {
    await publishEvents(routes.map((each) => toEventDraft(push, each, connectable, specification)));
  }

  async function pollNow(routes: readonly RouteRow[], polls: readonly string[]): Promise<PushOutcome> {
    for (const { connectionId } of routes)
      for (const poll of polls) await options.pollNow(connectionId, poll);
    return 'polled';
  }

  async function changeGrants(appId: string, grant: GrantChange): Promise<void> {
    const ids = await findGranted(database, {
      appId,
      keys: grant.keys.slice(0, MAX_KEYS).filter(isAccountKey),
      unlessOtherKey: grant.unlessOtherKey,
    });
    if (ids.length === 0) return;
    await options.changeGrants(ids, grant);
    logger.info({ app: appId, connections: ids, reason: grant.reason }, `push.${grant.change}`);
  }

  async function noteUnrouted({ attributes }: PushMessage, keys: readonly string[]): Promise<PushOutcome> {
    const { pushfor: appId, provider, type, id } = attributes;
    const accountKey = toShownKey(keys[0] ?? '');
    await noteUnroutedPush(database, { appId, accountKey, type: toShownKey(type) });
    logger.warn({ app: appId, provider, accountKey, type, push: id }, 'push.unrouted');
    return 'unrouted';
  }

  return {
    route,
    async noteRefused(push) {
      await noteUnrouted(push, ['']);
    },
  };
}

/** One route for each connection. */
function distinct(routes: readonly RouteRow[]): RouteRow[] {
  return [...new Map(routes.map((route) => [route.connectionId, route])).values()];
}
