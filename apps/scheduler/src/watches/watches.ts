import { ID_PREFIX } from '@hookline/contracts';
import type { Database, Transaction } from '@hookline/db';
import { getConnectable, type WatchSpecification } from '@hookline/providers';
import { createIdFactory, type Logger } from '@hookline/service';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { pushesOf, watchesOf } from '../facts/fits-application.ts';
import type { Journal } from '../journal/journal.ts';
import { removeRoutesOf } from '../sql/change-routes.ts';
import { lookAgain } from '../sql/look-again.ts';
import type { WatchRow } from '../sql/watch-row.ts';
import {
  countSharedWatches,
  insertWatch,
  listStoppingWatches,
  listWatchesOf,
  updateWatch,
} from '../sql/watch-rows.ts';
import type { TaskDefinition } from '../tasks/task.ts';
import { ensureTasks } from '../tasks/tasks.ts';
import { DISCOVER_EVERY_SECONDS, tasksOf } from './discover-task.ts';
import type { Registrar } from './registrar.ts';
import { ROUTES_EVERY_SECONDS, ROUTES_TASK } from './routes-task.ts';
import type { WatchRun } from './watch-run.ts';
import type { WatchSources } from './watch-source.ts';

/** Registers what a connection needs to have its events pushed, and undoes it. */
export interface Watches {
  /**
   * To be called with a grant, and with a change of the connection's settings, in their transaction. The work itself is
   * done by tasks, which are due at once.
   */
  registerAll(transaction: Transaction, connection: ConnectionFacts, app: AppFacts): Promise<void>;
  /**
   * To be called at disconnect, while the connection still has its tokens. What another connection needs goes on. What
   * the provider does not end is recorded and given up: the source refuses its pushes then.
   */
  undoAll(connection: ConnectionFacts, app: AppFacts, signal: AbortSignal): Promise<void>;
  /** Ends one watch of a connection, by its id. */
  undo(connection: ConnectionFacts, app: AppFacts, watchId: string, signal: AbortSignal): Promise<void>;
  /** Ends what providers did not confirm to have ended. */
  sweep(): Promise<{ ended: number }>;
}

export interface WatchesOptions {
  database: Database;
  registrar: Registrar;
  sources: WatchSources;
  journal: Journal;
  logger: Logger;
  /** false: WEBHOOK_REGISTRATION is off. */
  isOn: boolean;
}

const nextWatchId = createIdFactory(ID_PREFIX.platformWebhook);
/** How long a hub has to confirm the end of a subscription. */
const STOPPING_SECONDS = 600;

export function createWatches(options: WatchesOptions): Watches {
  const { database, registrar, sources, journal, logger } = options;

  async function registerAll(
    transaction: Transaction,
    connection: ConnectionFacts,
    app: AppFacts,
  ): Promise<void> {
    const connectable = getConnectable(connection.provider);
    if (connectable === undefined) return;
    const tasks: TaskDefinition[] = [];
    if (pushesOf(connectable, app) !== undefined)
      tasks.push({ kind: 'routes', name: ROUTES_TASK, intervalSeconds: ROUTES_EVERY_SECONDS });
    for (const specification of options.isOn ? watchesOf(connectable, app) : []) {
      if (specification.resources !== undefined) {
        tasks.push({ kind: 'check', name: specification.id, intervalSeconds: DISCOVER_EVERY_SECONDS });
      } else {
        await insertAccountWatch(transaction, connection, specification);
        tasks.push(...tasksOf(specification, connection.accountId));
      }
    }
    await ensureTasks(transaction, connection, tasks);
    await lookAgain(transaction, connection.id);
  }

  const insertAccountWatch = (
    transaction: Transaction,
    connection: ConnectionFacts,
    specification: WatchSpecification,
  ) =>
    insertWatch(transaction, {
      id: nextWatchId(),
      tenantId: connection.tenant,
      platform: connection.provider,
      watch: specification.id,
      resource: connection.accountId,
      resourceName: connection.accountName ?? null,
      receivingAppId: specification.receiver === 'application' ? connection.appId : '',
      connectionId: connection.id,
      appId: connection.appId,
      accountId: connection.accountId,
    });

  async function undoAll(connection: ConnectionFacts, app: AppFacts, signal: AbortSignal): Promise<void> {
    await removeRoutesOf(database, connection.id);
    for (const row of await listWatchesOf(database, connection.id)) {
      if (signal.aborted) await abandon(row, connection);
      else await leave(row, connection, app, signal);
    }
  }

  /** There is no time to ask the provider. The sweep removes the source, which then refuses pushes. */
  async function abandon(row: WatchRow, connection: ConnectionFacts): Promise<void> {
    const others = row.connectionIds.filter((id) => id !== connection.id);
    const [next] = others;
    await updateWatch(database, row.id, {
      connectionIds: others,
      ...(next === undefined
        ? { status: 'stopping', active: false }
        : row.connectionId === connection.id && { connectionId: next }),
    });
  }

  async function undo(
    connection: ConnectionFacts,
    app: AppFacts,
    watchId: string,
    signal: AbortSignal,
  ): Promise<void> {
    const row = (await listWatchesOf(database, connection.id)).find(({ id }) => id === watchId);
    if (row !== undefined) await leave(row, connection, app, signal);
  }

  /** The connection does not need the watch any more. */
  async function leave(
    row: WatchRow,
    connection: ConnectionFacts,
    app: AppFacts,
    signal: AbortSignal,
  ): Promise<void> {
    const [next, ...others] = row.connectionIds.filter((id) => id !== connection.id);
    if (next !== undefined) {
      const isMaintainer = row.connectionId === connection.id;
      await updateWatch(database, row.id, {
        connectionIds: [next, ...others],
        ...(isMaintainer && { connectionId: next }),
      });
      return;
    }
    const connectable = getConnectable(row.platform);
    const specification = connectable?.watches?.find(({ id }) => id === row.watch);
    if (!connectable || !specification) return await forget(row);
    const isShared = specification.sharedByAccount === true && (await countSharedWatches(database, row)) > 0;
    if (isShared || row.registeredAt === null) return await forget(row);
    const run: WatchRun = {
      row,
      specification,
      connectable,
      connection,
      app,
      nowMs: () => Number.NaN,
      signal,
    };
    await stop(run);
  }

  async function stop(run: WatchRun): Promise<void> {
    const { row, specification, connection } = run;
    const needsHandshake = specification.confirmedBy === 'handshake';
    try {
      if (needsHandshake) await sources.closeHandshakes(row, connection);
      await registrar.stop(run);
      await record(run, 'stopped', 'stopped at the provider');
    } catch (error) {
      logger.warn({ err: error, watch: row.id, connection: connection.id }, 'watch.not_stopped');
      await record(
        run,
        'not_stopped',
        'could not be stopped at the provider; its pushes are refused from now on',
      );
      return await forget(row);
    }
    // The source must be there for the hub's question, and is removed with the answer.
    if (needsHandshake)
      await updateWatch(database, row.id, { status: 'stopping', active: false, connectionIds: [] });
    else await forget(row);
  }

  async function forget(row: Pick<WatchRow, 'id' | 'sourceId'>): Promise<void> {
    await updateWatch(database, row.id, {
      active: false,
      status: 'off',
      connectionIds: [],
      now: ['deletedAt'],
    });
    if (row.sourceId !== null) await sources.remove(row.sourceId);
  }

  const record = ({ row, connection, specification }: WatchRun, outcome: string, text: string) =>
    journal.record(database, {
      connectionId: connection.id,
      tenant: connection.tenant,
      kind: specification.resources === undefined ? 'watch' : 'hook',
      outcome,
      text: `${row.watch} of ${row.resourceName ?? row.resource}: ${text}`,
      detail: { watch: row.watch, resource: row.resource },
    });

  return {
    registerAll,
    undoAll,
    undo,
    async sweep() {
      const rows = await listStoppingWatches(database, STOPPING_SECONDS);
      for (const row of rows) await forget(row);
      return { ended: rows.length };
    },
  };
}
