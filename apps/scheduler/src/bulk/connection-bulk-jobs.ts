import { type ConnectionSelection, ID_PREFIX, type SkipReason } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { connectionBulkJobs } from '@hookline/db/scheduler';
import { type BulkJobs, type BulkTask, createIdFactory, endOfSlice, type Skips } from '@hookline/service';
import { findOAuthAppFault } from '../sql/find-oauth-app-fault.ts';
import { lockConnections } from '../sql/lock-connection.ts';
import { requestPollsOf, requestRefreshesOf } from '../sql/request-connections.ts';
import { type ScannedConnection, scanConnections } from '../sql/scan-connections.ts';
import { isEnded } from '../status/decide-status.ts';
import type { StatusChanges } from '../status/status-changes.ts';

type ConnectionAction = 'pause' | 'resume' | 'poll' | 'refresh';

/** A pause or a resumption takes several statements for each connection. */
const PART_SIZE = 25;

/** The bulk jobs of connections. */
export function createConnectionBulkJobs(statusChanges: StatusChanges): BulkJobs {
  return {
    table: connectionBulkJobs,
    nextId: createIdFactory(ID_PREFIX.connectionBulkJob),
    idPrefix: ID_PREFIX.connectionBulkJob,
    partSize: () => PART_SIZE,
    async select(tx, task, after, { scan, take }) {
      const { tenant, until } = task;
      // The calls of the scheduler make no other tasks.
      const filter = task.filter as ConnectionSelection;
      const action = task.action as ConnectionAction;
      const found = await scanConnections(tx, {
        tenant,
        filter,
        until,
        after: after?.[0],
        scan,
        take,
      });
      const { chosen, scanned } = found;
      const { last, isEnd } = endOfSlice(
        chosen.map(({ id }) => id),
        found,
        { scan, take },
      );
      const ids: string[] = [];
      const skips: Skips = {};
      for (const connection of chosen) {
        const reason = findSkip(action, connection);
        if (reason === undefined) ids.push(connection.id);
        else skips[reason] = (skips[reason] ?? 0) + 1;
      }
      return {
        ids,
        skips,
        scanned,
        cursor: last === undefined ? undefined : [last],
        isEnd,
        change: async () => ({ changed_meanwhile: ids.length - (await change(tx, action, ids)) }),
      };
    },
  };

  /** @returns the number of connections that were changed */
  async function change(tx: Transaction, action: ConnectionAction, ids: readonly string[]): Promise<number> {
    if (ids.length === 0) return 0;
    const connections = await lockConnections(tx, ids);
    if (action === 'poll') return (await requestPollsOf(tx, ids)).length;
    if (action === 'refresh') return (await requestRefreshesOf(tx, ids)).length;
    let changed = 0;
    for (const connection of connections) {
      if (!(await statusChanges.apply(tx, connection, action))) continue;
      changed++;
      // The application may have become faulty meanwhile.
      if (action === 'resume' && (await findOAuthAppFault(tx, connection.appId)))
        await statusChanges.apply(tx, connection, 'app_faulty');
    }
    return changed;
  }
}

/** Why an action would not change a connection. */
function findSkip(
  action: BulkTask['action'],
  { status, isPausedByRequest, polls, refreshes }: ScannedConnection,
): SkipReason | undefined {
  switch (action) {
    case 'pause':
      if (isEnded(status)) return 'not_possible';
      return isPausedByRequest ? 'unchanged' : undefined;
    case 'resume':
      if (isEnded(status)) return 'not_possible';
      return isPausedByRequest ? undefined : 'unchanged';
    case 'poll':
      return polls ? undefined : 'not_possible';
    default:
      return refreshes ? undefined : 'not_possible';
  }
}
