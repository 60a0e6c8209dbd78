import { countNouns } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import type { Journal } from '../journal/journal.ts';
import { type LockedConnection, lockConnection } from '../sql/lock-connection.ts';
import { setConnectionStatus } from '../sql/set-connection-status.ts';
import { stopRefreshes } from '../sql/stop-refreshes.ts';
import { markIntake } from '../sql/watch-intake.ts';
import { takeWithheldPushes } from '../sql/withheld-pushes.ts';
import { readWorkingStatus } from '../sql/working-status.ts';
import { pauseTasks, resumeTasks } from '../tasks/tasks.ts';
import type { Announcer } from './announcer.ts';
import {
  announcementOf,
  CONNECTION_RESTS,
  decideStatus,
  isEnded,
  isResting,
  receivesPushes,
  type StatusAndReason,
  type StatusEvent,
} from './decide-status.ts';
import { describeStatus, toSentence, wordsOf } from './status-reasons.ts';

/** Changes statuses: each change is stored with its entry in the journal and with its announcement. */
export interface StatusChanges {
  /**
   * @param connection locked in this transaction
   * @param reason for `grant_dead` and `revoked`
   * @returns the new status; undefined if the event changes nothing
   */
  apply(
    transaction: Transaction,
    connection: LockedConnection,
    event: StatusEvent,
    reason?: string,
  ): Promise<StatusAndReason | undefined>;
  /** The same for a connection that is not locked yet. Undefined also if there is none. */
  applyTo(
    transaction: Transaction,
    connectionId: string,
    event: StatusEvent,
    reason?: string,
  ): Promise<StatusAndReason | undefined>;
}

export function createStatusChanges({
  journal,
  announcer,
}: {
  journal: Journal;
  announcer: Pick<Announcer, 'announce'>;
}): StatusChanges {
  async function apply(
    transaction: Transaction,
    connection: LockedConnection,
    event: StatusEvent,
    reason?: string,
  ): Promise<StatusAndReason | undefined> {
    const working = await readWorkingStatus(transaction, connection.id);
    const next = decideStatus(connection, event, working, reason);
    if (!next) return undefined;
    await setConnectionStatus(transaction, connection.id, next, next.status !== connection.status);
    const { id, tenant } = connection;
    if (isEnded(next.status)) await stopRefreshes(transaction, connection.id);
    await journal.record(transaction, {
      connectionId: id,
      tenant,
      kind: 'status',
      outcome: next.status,
      text: sentenceOf(connection, next),
      detail: {
        from: connection.status,
        reason: next.reason,
        ...(next.pauses.length > 1 && { pauses: next.pauses }),
      },
    });
    if (receivesPushes(connection) !== receivesPushes(next)) await markIntake(transaction, id);
    if (!receivesPushes(connection) && receivesPushes(next)) await tellWithheld(transaction, connection);
    const type = announcementOf(connection, next);
    if (type !== undefined) {
      await announcer.announce(transaction, {
        tenant,
        type,
        source: `/connection/${id}`,
        payload: payloadOf({ ...connection, ...next }),
      });
    }
    await letTasksFollow(transaction, id, isResting(connection.status), isResting(next.status));
    Object.assign(connection, next);
    return next;
  }

  /** The connection receives pushes again: its journey says how many it did not receive. */
  async function tellWithheld(
    transaction: Transaction,
    { id, tenant, status }: LockedConnection,
  ): Promise<void> {
    const pushes = await takeWithheldPushes(transaction, id);
    if (pushes === 0) return;
    const were = pushes === 1 ? 'was' : 'were';
    const when = isEnded(status) ? 'it had no grant' : 'it was paused';
    await journal.record(transaction, {
      connectionId: id,
      tenant,
      kind: 'push',
      outcome: 'withheld',
      text: `The connection receives pushes again. ${countNouns(pushes, 'push', 'pushes')} ${were} not passed on while ${when}`,
      detail: { pushes },
    });
  }

  return {
    apply,
    async applyTo(transaction, connectionId, event, reason) {
      const connection = await lockConnection(transaction, connectionId);
      return connection && apply(transaction, connection, event, reason);
    },
  };
}

function sentenceOf(from: StatusAndReason, to: StatusAndReason): string {
  const added = to.pauses.find((pause) => !from.pauses.includes(pause));
  const reason = from.status === 'paused' ? (added ?? to.reason) : to.reason;
  const isPausedAgain = from.status === 'paused' && to.status === 'paused';
  const how = !isPausedAgain ? undefined : added === undefined ? 'still' : 'also';
  return toSentence(describeStatus(to.status, reason, how));
}

/** The polls and watches of a connection rest with it, and go on where they stopped. */
async function letTasksFollow(
  transaction: Transaction,
  connectionId: string,
  rested: boolean,
  rests: boolean,
): Promise<void> {
  if (rests && !rested) await pauseTasks(transaction, connectionId, CONNECTION_RESTS);
  if (rested && !rests) await resumeTasks(transaction, connectionId, CONNECTION_RESTS);
}

/** What every event about a connection says of it. */
export function payloadOf(connection: LockedConnection): Record<string, unknown> {
  const { id, provider, appId, accountId, accountName, status, reason } = connection;
  return {
    connectionId: id,
    provider,
    appId,
    accountId,
    accountName,
    status,
    reason,
    message: wordsOf(reason) ?? null,
  };
}
