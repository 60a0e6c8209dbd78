import { type Database, isTransientDatabaseError } from '@hookline/db';
import {
  type Connectable,
  type GrantChange,
  getConnectable,
  type PushSpecification,
  type ReadPush,
} from '@hookline/providers';
import type { Logger } from '@hookline/service';
import type { PublishEvents } from '../events/publish-events.ts';
import type { AppFacts } from '../facts/app-facts.ts';
import { pushesOf } from '../facts/fits-application.ts';
import { addRoute, markSuspended, removeRoutes } from '../sql/change-routes.ts';
import { findGranted, type GrantedConnection } from '../sql/find-granted.ts';
import { findRoutes, type RouteRow } from '../sql/find-routes.ts';
import { lookForResources } from '../sql/look-for-resources.ts';
import { noteUnroutedPushes, type UnroutedPush } from '../sql/note-unrouted-pushes.ts';
import { isAccountKey, toShownKey } from './account-keys.ts';
import type { PushMessage } from './push-message.ts';
import type { PushOutcome } from './push-metrics.ts';
import { toEventDraft } from './to-event-draft.ts';
import type { NoteWithheld } from './withheld-pushes.ts';

export interface PushRouterOptions {
  database: Database;
  findApp: (appId: string) => Promise<AppFacts | undefined>;
  publishEvents: PublishEvents;
  /** Makes polls of connections run at once. */
  pollNow: (polls: readonly { connectionId: string; name: string }[]) => Promise<void>;
  /** Changes the status of connections as the provider says. */
  changeGrants: (connectionIds: readonly string[], grant: GrantChange) => Promise<void>;
  /** Counts pushes for connections that are paused, or have no grant. */
  noteWithheld: NoteWithheld;
  /** The first push shows that the account's watches work. */
  notePush: (connectionIds: readonly string[]) => Promise<void>;
  logger: Logger;
}

/** What became of a push, or why it must be tried again or never can be; see `isDataRefusal`. */
export type RoutedPush = PromiseSettledResult<PushOutcome>;

/**
 * Finds the connections of pushes to OAuth applications, and does for each what its push asks for. A connection that a
 * call has paused, or whose grant has ended, gets no event: this is looked up just before the events are published. What
 * a push says of grants counts for it all the same.
 */
export interface PushRouter {
  /**
   * Routes pushes in their order, and resolves once every event of those that succeed is stored. They share the
   * look-ups, and their events are published together, in their order. A push that changes what the next ones are for,
   * such as the end of an installation, is finished before the next.
   * @returns what became of each. A failure of one is no failure of the others
   */
  route(pushes: readonly PushMessage[]): Promise<RoutedPush[]>;
  /** Counts a push that can become no event, so that it is shown. */
  noteRefused(push: PushMessage): Promise<void>;
}

/** The most account keys of one push. */
const MAX_KEYS = 100;

/** A push, as its provider's definition reads it. */
interface Understood {
  readonly push: PushMessage;
  readonly connectable: Connectable;
  readonly specification: PushSpecification;
  readonly read: ReadPush;
  readonly keys: readonly string[];
}

/** A push that nothing is known of, because its application does not exist or is pushed nothing. */
interface Unknown {
  readonly push: PushMessage;
  readonly read?: never;
  readonly keys: readonly [];
}

/** A push that could not be looked at. */
interface Unreadable {
  readonly push: PushMessage;
  readonly error: unknown;
}

type Readable = Understood | Unknown;

const changesOthers = (one: Readable): one is Understood =>
  one.read?.grant !== undefined || one.read?.routes !== undefined;

export function createPushRouter(options: PushRouterOptions): PushRouter {
  const { database, publishEvents, logger } = options;

  async function route(pushes: readonly PushMessage[]): Promise<RoutedPush[]> {
    const apps = await findApps(pushes);
    const routed: RoutedPush[] = [];
    let group: Readable[] = [];
    const routeGroup = async () => {
      routed.push(...(await routeTogether(group)));
      group = [];
    };
    for (const push of pushes) {
      const one = understand(push, apps.get(push.attributes.pushfor));
      const isAlone = 'error' in one || changesOthers(one);
      if (!isAlone) {
        group.push(one);
        continue;
      }
      await routeGroup();
      routed.push('error' in one ? rejected(one.error) : await settle(() => routeChange(one)));
    }
    await routeGroup();
    return routed;
  }

  /** The application of each push. */
  async function findApps(
    pushes: readonly PushMessage[],
  ): Promise<ReadonlyMap<string, PromiseSettledResult<AppFacts | undefined>>> {
    const ids = [...new Set(pushes.map(({ attributes }) => attributes.pushfor))];
    const found = await Promise.allSettled(ids.map(options.findApp));
    return new Map(ids.map((id, index) => [id, found[index] as (typeof found)[number]]));
  }

  function understand(
    push: PushMessage,
    found: PromiseSettledResult<AppFacts | undefined> | undefined,
  ): Readable | Unreadable {
    if (found?.status === 'rejected') return { push, error: found.reason };
    const { provider, type } = push.attributes;
    const connectable = getConnectable(provider);
    const specification = connectable && found?.value && pushesOf(connectable, found.value);
    if (!specification) return { push, keys: [] };
    try {
      const read = specification.read({ type, payload: push.json });
      const keys = read.keys.slice(0, MAX_KEYS).filter(isAccountKey);
      return { push, connectable, specification, read, keys };
    } catch (error) {
      return { push, error };
    }
  }

  /** Pushes that change nothing for each other. */
  async function routeTogether(group: readonly Readable[]): Promise<RoutedPush[]> {
    if (group.length === 0) return [];
    let routes: RouteRow[][];
    try {
      routes = await prepare(group);
    } catch (error) {
      if (group.length === 1 || isTransientDatabaseError(error)) return group.map(() => rejected(error));
      // One of them may be what Postgres refuses.
      const routed: RoutedPush[] = [];
      for (const one of group) routed.push(...(await routeTogether([one])));
      return routed;
    }
    const unrouted = group.filter((_, index) => routes[index]?.length === 0);
    const [counts, published] = await Promise.all([
      noteUnrouted(unrouted),
      Promise.allSettled(group.map((one, index) => publish(one, routes[index] ?? []))),
    ]);
    const counted = new Map(unrouted.map((one, index) => [one, counts[index]]));
    return group.map((one, index) => counted.get(one) ?? (published[index] as RoutedPush));
  }

  /** Finds the connections of each push, and does for all of them what has to happen before events are published. */
  async function prepare(group: readonly Readable[]): Promise<RouteRow[][]> {
    const wanted = new Map(
      group
        .flatMap(({ push, keys }) =>
          keys.map((accountKey) => ({ appId: push.attributes.pushfor, accountKey })),
        )
        .map((key) => [nameOf(key), key]),
    );
    const found = Map.groupBy(await findRoutes(database, [...wanted.values()]), nameOf);
    const routes = group.map(({ push, keys }) =>
      distinct(
        keys.flatMap((accountKey) => found.get(nameOf({ appId: push.attributes.pushfor, accountKey })) ?? []),
      ),
    );
    const connectionIds = [...new Set(routes.flat().map(({ connectionId }) => connectionId))];
    if (connectionIds.length > 0) await options.notePush(connectionIds);
    const pairs = group.flatMap(({ push, read }, index) =>
      (routes[index] ?? []).map(({ connectionId, receives }) => ({ push, read, connectionId, receives })),
    );
    await options.noteWithheld(
      pairs
        .filter(({ receives }) => !receives)
        .map(({ push, connectionId }) => ({ connectionId, type: push.attributes.type })),
    );
    const polls = pairs
      .filter(({ receives }) => receives)
      .flatMap(({ read, connectionId }) =>
        (read?.polls ?? []).map((name): [string, { connectionId: string; name: string }] => [
          `${connectionId} ${name}`,
          { connectionId, name },
        ]),
      );
    if (polls.length > 0) await options.pollNow([...new Map(polls).values()]);
    return routes;
  }

  async function publish(one: Readable, routes: readonly RouteRow[]): Promise<PushOutcome> {
    if (one.read === undefined || routes.length === 0) return 'unrouted';
    const receiving = routes.filter(({ receives }) => receives);
    if (receiving.length === 0) return 'withheld';
    const { push, connectable, specification, read } = one;
    if (read.polls !== undefined) return 'polled';
    await publishEvents(receiving.map((each) => toEventDraft(push, each, connectable, specification)));
    return 'events';
  }

  /** A push that says who gets pushes, or what grants are good for. */
  async function routeChange(one: Understood): Promise<PushOutcome> {
    const { push, read } = one;
    const appId = push.attributes.pushfor;
    const { routes: change, grant } = read;
    if (change?.change === 'added' && isAccountKey(change.key) && isAccountKey(change.of)) {
      await addRoute(database, appId, change.key, change.of);
      await lookForResources(database, appId, change.of);
    }
    const [routed = rejected(undefined)] = await routeTogether([one]);
    if (routed.status === 'rejected') throw routed.reason;
    if (routed.value === 'unrouted') return routed.value;
    if (grant !== undefined) await changeGrants(appId, grant);
    // The push that takes the key away is itself for the connections that had it.
    if (change?.change === 'removed' && isAccountKey(change.key))
      await removeRoutes(database, appId, change.key);
    return grant?.change ?? routed.value;
  }

  async function changeGrants(appId: string, grant: GrantChange): Promise<void> {
    const keys = grant.keys.slice(0, MAX_KEYS).filter(isAccountKey);
    const { change, unlessOtherKey } = grant;
    // First: of two installations that are suspended at the same time, the second look-up finds both.
    if (change !== 'revoked') await markSuspended(database, appId, keys, change === 'suspended');
    const found = await findGranted(database, { appId, keys, unlessOtherKey });
    // What is left is suspended: the grant is not gone.
    const rests = ({ hasSuspended }: GrantedConnection) => change === 'revoked' && hasSuspended;
    await apply(
      appId,
      grant,
      found.filter((each) => !rests(each)),
    );
    await apply(appId, { ...grant, change: 'suspended' }, found.filter(rests));
  }

  async function apply(
    appId: string,
    grant: GrantChange,
    found: readonly GrantedConnection[],
  ): Promise<void> {
    if (found.length === 0) return;
    const ids = found.map(({ connectionId }) => connectionId);
    await options.changeGrants(ids, grant);
    logger.info({ app: appId, connections: ids, reason: grant.reason }, `push.${grant.change}`);
  }

  /** Counts pushes for no connection. */
  async function noteUnrouted(pushes: readonly Readable[]): Promise<RoutedPush[]> {
    if (pushes.length === 0) return [];
    const result = await settle(async () => {
      await noteUnroutedPushes(database, pushes.map(toUnrouted));
      return 'unrouted' as const;
    });
    if (result.status === 'fulfilled' || pushes.length === 1 || isTransientDatabaseError(result.reason)) {
      if (result.status === 'fulfilled') for (const one of pushes) warnOfUnrouted(one);
      return pushes.map(() => result);
    }
    const counted: RoutedPush[] = [];
    for (const one of pushes) counted.push(...(await noteUnrouted([one])));
    return counted;
  }

  function warnOfUnrouted(one: Readable): void {
    const { provider, type, id } = one.push.attributes;
    const { appId, accountKey } = toUnrouted(one);
    logger.warn({ app: appId, provider, accountKey, type, push: id }, 'push.unrouted');
  }

  return {
    route,
    async noteRefused(push) {
      const [counted] = await noteUnrouted([{ push, keys: [] }]);
      if (counted?.status === 'rejected') throw counted.reason;
    },
  };
}

function toUnrouted({ push, read }: Readable): UnroutedPush {
  const { pushfor, type } = push.attributes;
  return { appId: pushfor, accountKey: toShownKey(read?.keys[0] ?? ''), type: toShownKey(type) };
}

const nameOf = ({ appId, accountKey }: { appId: string; accountKey: string }) => `${appId} ${accountKey}`;

const rejected = (reason: unknown): PromiseRejectedResult => ({ status: 'rejected', reason });

async function settle(work: () => Promise<PushOutcome>): Promise<RoutedPush> {
  const [result] = await Promise.allSettled([work()]);
  return result;
}

/** One route for each connection. */
function distinct(routes: readonly RouteRow[]): RouteRow[] {
  return [...new Map(routes.map((route) => [route.connectionId, route])).values()];
}
