import type { Database } from '@hookline/db';
import { toldText } from '@hookline/providers';
import type { Logger } from '@hookline/service';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import type { Journal } from '../journal/journal.ts';
import { endWatch } from '../sql/ended-watches.ts';
import type { WatchRow } from '../sql/watch-row.ts';
import { findWatchOfSource, updateWatch, verifyAppWatches } from '../sql/watch-rows.ts';
import type { ConnectionHealth } from '../status/connection-health.ts';
import { dueNow } from '../tasks/tasks.ts';
import { findSpecification } from '../watches/find-specification.ts';
import type { PollTightening } from '../watches/poll-tightening.ts';
import type { WatchSources } from '../watches/watch-source.ts';
import type { PushMessage } from './push-message.ts';

export interface NoticesOptions {
  database: Database;
  findConnection: (id: string) => Promise<ConnectionFacts | undefined>;
  sources: Pick<WatchSources, 'remove'>;
  tightening: Pick<PollTightening, 'restore'>;
  health: ConnectionHealth;
  journal: Journal;
  logger: Logger;
}

/** What providers say about watches themselves: handshakes, pings, and the first push of an application. */
export interface WatchNotices {
  /** A message of ingest about the source of one watch. */
  onNotice(push: PushMessage): Promise<void>;
  /** A push shows that the watches of these connections work. */
  onPush(connectionIds: readonly string[]): Promise<void>;
}

interface Notice {
  sourceId?: unknown;
  /** A handshake: subscribe, unsubscribe, denied. */
  mode?: unknown;
  leaseSeconds?: unknown;
  reason?: unknown;
  /** A message: revoked, disabled, verified, test. */
  kind?: unknown;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

export function createWatchNotices(options: NoticesOptions): WatchNotices {
  const { database, sources, health, journal, logger } = options;

  async function verify(row: WatchRow, text: string, leaseSeconds?: number): Promise<void> {
    const verified = await updateWatch(database, row.id, {
      status: 'verified',
      active: true,
      reason: null,
      message: null,
      failures: 0,
      now: ['verifiedAt'],
      ...(leaseSeconds !== undefined && { expiresInSeconds: leaseSeconds }),
    });
    if (verified === undefined) return;
    if (row.status === 'unverified' || row.status === 'failing' || row.failures > 0) await restorePolls(row);
    await record(row, 'verified', text, leaseSeconds === undefined ? {} : { leaseSeconds });
    await health.look(row.connectionIds);
  }

  /** They run more often while the watch does not work. */
  async function restorePolls(row: WatchRow): Promise<void> {
    const connection = await options.findConnection(row.connectionId);
    const known = findSpecification(row);
    if (connection && known) await options.tightening.restore({ row, connection, ...known });
  }

  async function onHandshake(row: WatchRow, { mode, leaseSeconds, reason }: Notice): Promise<void> {
    if (mode === 'subscribe') {
      const lease = typeof leaseSeconds === 'number' && leaseSeconds > 0 ? leaseSeconds : undefined;
      if (row.status !== 'stopping') await verify(row, 'the hub confirmed the subscription', lease);
    } else if (mode === 'unsubscribe' && row.status === 'stopping') {
      await endWatch(database, row);
      if (row.sourceId !== null) await sources.remove(row.sourceId);
    } else if (row.status !== 'stopping') {
      const words = typeof reason === 'string' ? toldText(reason) : undefined;
      const message = `The hub ended the subscription${words === undefined ? '' : `: ${words}`}.`;
      await updateWatch(database, row.id, { status: 'failing', active: false, reason: 'denied', message });
      await record(row, 'denied', message);
      await dueNow(database, row.connectionId, 'watch', { name: row.watch, resource: row.resource });
    }
  }

  const record = (row: WatchRow, outcome: string, text: string, detail: Record<string, unknown> = {}) =>
    journal.record(database, {
      connectionId: row.connectionId,
      tenant: row.tenantId,
      kind: 'watch',
      outcome,
      text: `${row.watch} of ${row.resourceName ?? row.resource}: ${text}`,
      detail: { watch: row.watch, resource: row.resource, ...detail },
    });

  return {
    async onNotice({ attributes, json }) {
      const notice: Notice = typeof json === 'object' && json !== null ? json : {};
      const sourceId = textOf(notice.sourceId);
      const row = sourceId === undefined ? undefined : await findWatchOfSource(database, sourceId);
      if (row === undefined) {
        logger.info({ sourceId, type: attributes.type }, 'watch.notice_of_no_watch');
        return;
      }
      if (notice.mode !== undefined) return await onHandshake(row, notice);
      if (notice.kind === 'test' || notice.kind === 'verified') return await verify(row, 'its ping arrived');
      await dueNow(database, row.connectionId, 'watch', { name: row.watch, resource: row.resource });
    },

    async onPush(connectionIds) {
      const verified = await verifyAppWatches(database, connectionIds);
      await health.look(verified.map(({ connectionId }) => connectionId));
    },
  };
}
