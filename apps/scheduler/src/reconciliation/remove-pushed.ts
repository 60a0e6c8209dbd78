import type { Database } from '@hookline/db';
import { type Connectable, getConnectable } from '@hookline/providers';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { pushesOf, watchesOf } from '../facts/fits-application.ts';
import type { FreshItem } from '../polls/apply-answer.ts';
import type { FoundItems } from '../polls/poll-task.ts';
import { parseBody } from '../provider-api/parse-body.ts';
import type { InternalApi } from '../services/internal-api.ts';
import { findAppPushSource } from '../sql/app-push-sources.ts';
import type { WatchRow } from '../sql/watch-row.ts';
import { listWatchesOf } from '../sql/watch-rows.ts';
import { dueNow } from '../tasks/tasks.ts';
import { createDayCounts } from './day-counts.ts';
import { hasCopy, readStoredCopies, type StoredCopies } from './stored-copies.ts';

export interface RemovePushedOptions {
  database: Database;
  findApp: (id: string) => Promise<AppFacts | undefined>;
  delivery: InternalApi;
}

/**
 * Of the items that a poll found, removes those that came by a push already, by natural keys. Where pushes arrive, the
 * poll only finds what they missed, and each item is counted.
 */
export function createRemovePushed(options: RemovePushedOptions) {
  const { database, delivery } = options;

  return async (found: FoundItems): Promise<readonly FreshItem[]> => {
    const { connection, poll, about, fresh } = found;
    const connectable = getConnectable(connection.provider);
    const app = await options.findApp(connection.appId);
    if (!connectable || !app) return fresh;
    if (poll.isNoticed !== undefined) {
      await countNoticed(found, connectable, app);
      return fresh;
    }
    const { pushedKey } = connectable;
    if (pushedKey === undefined || poll.naturalKey === undefined) return fresh;
    const { senders, hooks } = await findSenders(connection, connectable, app, poll.id, about.resource);
    const times = fresh.flatMap(({ event }) => event.timeMs ?? []);
    if (senders.length === 0 || times.length === 0) return fresh;
    const sinceMs = Math.min(...times);
    const pushed: StoredCopies = new Map();
    for (const sender of senders)
      await readStoredCopies(delivery, { tenant: connection.tenant, sender, sinceMs }, pushedKey, pushed);
    const counts = createDayCounts(database, {
      connectionId: connection.id,
      tenant: connection.tenant,
      stream: about.resource === undefined ? poll.id : `${poll.id} ${about.resource}`,
    });
    const missed = fresh.filter((item) => {
      const atMs = item.event.timeMs ?? sinceMs;
      const came = hasCopy(pushed, item.item?.naturalKey, item.event.timeMs);
      counts.add(atMs, came ? 'received' : 'missed');
      if (!came) {
        counts.add(atMs, 'recovered');
        counts.addReason(atMs, 'not pushed');
      }
      return !came;
    });
    await counts.store();
    if (missed.length > 0) await check(hooks);
    return missed;
  };

  /** One that did not push may be gone from its provider. */
  async function check(hooks: readonly WatchRow[]): Promise<void> {
    for (const { connectionId, watch: name, resource } of hooks)
      await dueNow(database, connectionId, 'watch', { name, resource });
  }

  /** Counts what a notice should have told. */
  async function countNoticed(found: FoundItems, connectable: Connectable, app: AppFacts): Promise<void> {
    const { connection, poll, fresh, onDemand, nowMs } = found;
    const noticed = fresh.filter(
      ({ event: { type, payload } }) =>
        poll.isNoticed?.({ type, payload: parseBody(Buffer.from(payload).toString('utf8')) }) ?? false,
    );
    if (noticed.length === 0) return;
    const { senders } = await findSenders(connection, connectable, app, poll.id, undefined);
    if (senders.length === 0) return;
    const { id: connectionId, tenant } = connection;
    const counts = createDayCounts(database, { connectionId, tenant, stream: poll.id });
    for (const { event } of noticed) {
      const atMs = event.timeMs ?? nowMs;
      if (onDemand) counts.add(atMs, 'received');
      else {
        counts.add(atMs, 'missed');
        counts.add(atMs, 'recovered');
        counts.addReason(atMs, 'not pushed');
      }
    }
    await counts.store();
  }

  /**
   * Where the pushes of the poll's resource arrive: the sources of its watches, and the connection itself.
   * @returns `hooks`: the watches whose state the provider tells
   */
  async function findSenders(
    connection: ConnectionFacts,
    connectable: Connectable,
    app: AppFacts,
    poll: string,
    resource: string | undefined,
  ): Promise<{ senders: string[]; hooks: WatchRow[] }> {
    const specifications = watchesOf(connectable, app).filter(({ polls }) => polls.includes(poll));
    const rows = await listWatchesOf(database, connection.id);
    const watches = rows
      .filter(({ watch, status }) => specifications.some(({ id }) => id === watch) && status === 'verified')
      .filter((row) => resource === undefined || row.resource === resource);
    const sources = watches.flatMap(({ sourceId }) => sourceId ?? []);
    const isPushed =
      pushesOf(connectable, app) !== undefined && (await findAppPushSource(database, app.id)) !== undefined;
    const hooks = watches.filter(({ watch }) =>
      specifications.some(({ id, check }) => id === watch && check !== undefined),
    );
    return { senders: isPushed ? [...sources, connection.id] : sources, hooks };
  }
}
