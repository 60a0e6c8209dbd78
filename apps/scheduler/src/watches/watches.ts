import { ID_PREFIX } from '@hookline/contracts';
import type { Database, Transaction } from '@hookline/db';
import { getConnectable, listConnectables, type WatchSpecification } from '@hookline/providers';
import { createIdFactory, type Logger } from '@hookline/service';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { pushesOf, watchesOf } from '../facts/fits-application.ts';
import type { Journal } from '../journal/journal.ts';
import { removeRoutesOf } from '../sql/change-routes.ts';
import { endWatch, leaveWatches } from '../sql/ended-watches.ts';
import { lookAgain } from '../sql/look-again.ts';
import type { WatchRow } from '../sql/watch-row.ts';
import { insertWatch, listStoppingWatches, listWatchesOf } from '../sql/watch-rows.ts';
import type { TaskDefinition } from '../tasks/task.ts';
import { ensureTasks } from '../tasks/tasks.ts';
import { DISCOVER_EVERY_SECONDS, tasksOf } from './discover-task.ts';
import { findSpecification } from './find-specification.ts';
import type { LeftWatches } from './left-watches.ts';
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
   * the provider does not end, or for what there is no time, is left: see `LeftWatches`.
   */
  undoAll(connection: ConnectionFacts, app: AppFacts, signal: AbortSignal): Promise<void>;
  /** Ends one watch of a connection, by its id. */
  undo(connection: ConnectionFacts, app: AppFacts, watchId: string, signal: AbortSignal): Promise<void>;
  /** To be called in the transaction that deletes a connection: what it has registered until then is left. */
  leaveAll(transaction: Transaction, connectionId: string): Promise<void>;
  /** Ends what providers did not confirm to have ended. */
  sweep(): Promise<Record<'ended' | 'sources' | 'givenUp', number>>;
}

export interface WatchesOptions {
  database: Database;
  registrar: Registrar;
  sources: WatchSources;
  left: LeftWatches;
  journal: Journal;
  logger: Logger;
  /** false: WEBHOOK_REGISTRATION is off. */
  isOn: boolean;
}

const nextWatchId = createIdFactory(ID_PREFIX.platformWebhook);
/** Watches whose end is confirmed at their source, as "platform watch". */
const HANDSHAKES: readonly string[] = listConnectables().flatMap(({ id, watches = [] }) =>
  watches.filter(({ confirmedBy }) => confirmedBy === 'handshake').map((watch) => `${id} ${watch.id}`),
);
/** How long a hub has to confirm the end of a subscription. */
const STOPPING_SECONDS = 600;

export function createWatches(options: WatchesOptions): Watches {
  const { database, registrar, sources, left, journal, logger } = options;

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
    for (const { id } of await listWatchesOf(database, connection.id)) {
      if (signal.aborted) return;
      await undo(connection, app, id, signal);
    }
  }

  async function undo(
    connection: ConnectionFacts,
    app: AppFacts,
    id: string,
    signal: AbortSignal,
  ): Promise<void> {
    const [row] = await leaveWatches(database, connection.id, { id, handshakes: HANDSHAKES });
    if (row === undefined || row.connectionIds.length > 0) return;
    const known = findSpecification(row);
    if (known === undefined) return await forget(row);
    const nowMs = () => Number.NaN;
    const run: WatchRun = { row, ...known, connection, app, nowMs, signal };
    if (known.specification.confirmedBy !== 'handshake') await left.stop(run);
    else if (row.registeredAt === null) await forget(row);
    else await unsubscribe(run);
  }

  /** The source must be there for the hub's question, and is removed with the answer. */
  async function unsubscribe(run: WatchRun): Promise<void> {
    const { row, connection } = run;
    try {
      await sources.closeHandshakes(row, connection);
      await registrar.stop(run);
      await record(run, 'stopped', 'stopped at the provider');
    } catch (error) {
      logger.warn({ err: error, watch: row.id, connection: connection.id }, 'watch.not_stopped');
      const end = row.expiresAt === null ? '' : `. It ends by itself at ${row.expiresAt.toISOString()}`;
      await record(
        run,
        'not_stopped',
        `could not be stopped at the provider; its pushes are refused from now on${end}`,
      );
      await forget(row);
    }
  }

  async function forget(row: Pick<WatchRow, 'id' | 'webhookId' | 'sourceId'>): Promise<void> {
    await endWatch(database, row);
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
    async leaveAll(transaction, connectionId) {
      await leaveWatches(transaction, connectionId, { handshakes: HANDSHAKES });
    },
    async sweep() {
      const rows = await listStoppingWatches(database, STOPPING_SECONDS);
      for (const row of rows) await forget(row);
      return { ended: rows.length, ...(await left.sweep()) };
    },
  };
}
